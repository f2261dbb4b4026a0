use std::env;

use syn::Ident;
use syn::ext::IdentExt;

use crate::attr::{NameAttrs, Spanned};

/// What an item is called in protobuf.
pub(crate) struct Name {
    /// The package; empty if it has none. `None` is that of whoever has the item in a field.
    pub(crate) package: Option<Spanned<String>>,
    /// The name inside the package.
    pub(crate) name: Spanned<String>,
    /// Whether the package is the crate's name, for want of another.
    pub(crate) package_is_crate: bool,
}

impl Name {
    /// Of what has a name on the wire, so it has a package.
    pub(super) fn of_event(ident: &Ident, attrs: NameAttrs) -> Self {
        let package_is_crate = attrs.package.is_none();
        let package = attrs.package.unwrap_or_else(|| Spanned {
            value: crate_name(),
            span: ident.span(),
        });
        Self {
            package_is_crate,
            package: Some(package),
            name: name(ident, attrs.name),
        }
    }

    /// Of what has one in `.proto` files alone.
    pub(super) fn of_part(ident: &Ident, attrs: NameAttrs) -> Self {
        Self {
            package: attrs.package,
            name: name(ident, attrs.name),
            package_is_crate: false,
        }
    }

    /// The full protobuf name, as far as it is known.
    pub(crate) fn full_name(&self) -> String {
        let name = &self.name.value;
        match self.package.as_ref().map(|package| package.value.as_str()) {
            None | Some("") => name.clone(),
            Some(package) => format!("{package}.{name}"),
        }
    }
}

fn name(ident: &Ident, written: Option<Spanned<String>>) -> Spanned<String> {
    written.unwrap_or_else(|| Spanned {
        value: ident.unraw().to_string(),
        span: ident.span(),
    })
}

/// The package of the crate that is compiled, as the binaries of one package share their events.
fn crate_name() -> String {
    env::var("CARGO_PKG_NAME")
        .unwrap_or_default()
        .replace('-', "_")
}
