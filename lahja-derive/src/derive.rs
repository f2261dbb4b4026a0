//! The way from an item to its impls, the same for all derives.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::report::Report;
use crate::{ast, expand, fallback, valid};

pub(crate) fn event(input: &DeriveInput) -> TokenStream {
    derive(
        input,
        ast::Event::parse,
        valid::event,
        expand::event,
        fallback::event,
    )
}

pub(crate) fn message(input: &DeriveInput) -> TokenStream {
    derive(
        input,
        ast::Message::parse,
        valid::message,
        expand::message,
        fallback::message,
    )
}

pub(crate) fn enumeration(input: &DeriveInput) -> TokenStream {
    derive(
        input,
        ast::Enumeration::parse,
        valid::enumeration,
        expand::enumeration,
        fallback::enumeration,
    )
}

pub(crate) fn oneof(input: &DeriveInput) -> TokenStream {
    derive(
        input,
        ast::Oneof::parse,
        valid::oneof,
        expand::oneof,
        fallback::oneof,
    )
}

/// Parsing and checking go on after a mistake, so that one report has them all; a wrong item still
/// gets the least impls that its uses need, so that they are no further errors.
fn derive<'a, Model>(
    input: &'a DeriveInput,
    parse: impl FnOnce(&'a DeriveInput, &mut Report) -> Model,
    validate: impl FnOnce(&Model, &mut Report),
    expand: impl FnOnce(&Model) -> TokenStream,
    fallback: impl FnOnce(&Model) -> TokenStream,
) -> TokenStream {
    let mut report = Report::default();
    let model = parse(input, &mut report);
    validate(&model, &mut report);
    match report.finish() {
        Ok(()) => expand(&model),
        Err(error) => {
            let error = error.into_compile_error();
            let fallback = fallback(&model);
            quote!(#error #fallback)
        }
    }
}
