use std::env;

use syn::ext::IdentExt;
use syn::{DeriveInput, Type};

use super::Message;
use crate::attr::{EventAttrs, Spanned};
use crate::report::Report;

/// An event.
pub(crate) struct Event<'a> {
    pub(crate) message: Message<'a>,
    /// The package; empty if it has none.
    pub(crate) package: Spanned<String>,
    /// The name inside the package.
    pub(crate) name: Spanned<String>,
    /// Whether the package is the crate's name, for want of another.
    pub(crate) package_is_crate: bool,
    pub(crate) type_id: Option<Spanned<u64>>,
    pub(crate) response: Option<Type>,
}

impl<'a> Event<'a> {
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let attrs = EventAttrs::parse(&input.attrs, report);
        let message = Message::read(input, attrs.prost.is_some(), report);
        let default = |value| Spanned {
            value,
            span: input.ident.span(),
        };
        Self {
            message,
            package_is_crate: attrs.package.is_none(),
            package: attrs.package.unwrap_or_else(|| default(crate_name())),
            name: attrs
                .name
                .unwrap_or_else(|| default(input.ident.unraw().to_string())),
            type_id: attrs.type_id,
            response: attrs.response,
        }
    }

    /// The full protobuf name.
    pub(crate) fn full_name(&self) -> String {
        match self.package.value.as_str() {
            "" => self.name.value.clone(),
            package => format!("{package}.{}", self.name.value),
        }
    }
}

/// The package of the crate that is compiled, as the binaries of one package share their events.
fn crate_name() -> String {
    env::var("CARGO_PKG_NAME")
        .unwrap_or_default()
        .replace('-', "_")
}
