//! Documentation, which goes along into `.proto` files.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Meta};

/// What `///` and `#[doc = …]` say, as an expression of a `&'static str`.
pub(crate) struct Doc(TokenStream);

impl Doc {
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let docs = attrs.iter().filter(|attr| attr.path().is_ident("doc"));
        let lines: Vec<_> = docs
            .filter_map(|attr| match &attr.meta {
                Meta::NameValue(doc) => Some(&doc.value),
                // `#[doc(hidden)]` and the like are about Rust.
                Meta::Path(_) | Meta::List(_) => None,
            })
            .collect();
        Self(match lines.is_empty() {
            true => quote!(""),
            false => quote!(::core::concat!(#(#lines, "\n"),*)),
        })
    }
}

impl ToTokens for Doc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
