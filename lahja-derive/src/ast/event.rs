use std::env;

use syn::ext::IdentExt;
use syn::{Attribute, DeriveInput, Generics, Ident, Type};

use super::Message;
use crate::attr::{EventAttrs, Spanned, takes_none};
use crate::report::Report;

/// An event.
pub(crate) struct Event<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    /// The package; empty if it has none.
    pub(crate) package: Spanned<String>,
    /// The name inside the package.
    pub(crate) name: Spanned<String>,
    /// Whether the package is the crate's name, for want of another.
    pub(crate) package_is_crate: bool,
    pub(crate) type_id: Option<Spanned<u64>>,
    pub(crate) response: Option<Type>,
    /// What to implement `prost::Message` by; `None` if something else implements it.
    pub(crate) message: Option<Message<'a>>,
}

impl<'a> Event<'a> {
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let attrs = EventAttrs::parse(&input.attrs, report);
        let message = if attrs.prost.is_some() || has_prost_fields(input) {
            takes_no_field_attrs(input, report);
            None
        } else {
            Some(Message::parse_fields(input, report))
        };
        let default = |value| Spanned {
            value,
            span: input.ident.span(),
        };
        Self {
            ident: &input.ident,
            generics: &input.generics,
            package_is_crate: attrs.package.is_none(),
            package: attrs.package.unwrap_or_else(|| default(crate_name())),
            name: attrs
                .name
                .unwrap_or_else(|| default(input.ident.unraw().to_string())),
            type_id: attrs.type_id,
            response: attrs.response,
            message,
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

fn has_prost_fields(input: &DeriveInput) -> bool {
    field_attrs(input).any(|attr| attr.path().is_ident("prost"))
}

fn takes_no_field_attrs(input: &DeriveInput, report: &mut Report) {
    let advice = "prost encodes this struct: say it with `#[prost(…)]`";
    for attr in field_attrs(input) {
        takes_none(std::slice::from_ref(attr), advice, report);
    }
}

fn field_attrs(input: &DeriveInput) -> impl Iterator<Item = &Attribute> {
    let fields = match &input.data {
        syn::Data::Struct(data) => Some(&data.fields),
        syn::Data::Enum(_) | syn::Data::Union(_) => None,
    };
    fields.into_iter().flatten().flat_map(|field| &field.attrs)
}
