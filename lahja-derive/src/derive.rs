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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use syn::DeriveInput;

    /// What attributes are made of, right or wrong.
    fn attribute() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "tag",
            "oneof",
            "map",
            "sint32",
            "package",
            "name",
            "type_id",
            "response",
            "prost",
            "=",
            ",",
            "_",
            "5",
            "-1",
            "0",
            "99999999999999999999",
            "\"chat.v1\"",
            "\"\"",
            "r#type",
            "'a'",
            "1.5",
            "<",
            ">",
            "::",
            "History",
            "()",
            "(1)",
            "[2]",
            "{}",
            "'static",
            "#",
            "€",
        ]);
        let words = prop::collection::vec(word, 0..6);
        let form =
            prop::sample::select(vec!["#[event(@)]", "#[event @]", "#[event]", "#[repr(@)]"]);
        (form, words).prop_map(|(form, words)| form.replace('@', &words.join(" ")))
    }

    fn item() -> impl Strategy<Value = String> {
        let shape = prop::sample::select(vec![
            "@ struct r#type { @ a: u32, @ b: Option<Vec<u8>>, c: [u8; 2] }",
            "@ struct S<'a, T: 'a, const N: usize>(@ &'a T) where T: Copy;",
            "@ struct S;",
            "@ union U { @ a: u32, b: () }",
            "@ enum E { @ A(String), @ B = -1, C { c: u32 }, D() = 1 << 2, E(u8, u8) = 0 }",
            "@ #[repr(i32)] enum E { @ A = 0, B = 2147483648, C = (-2147483648), D }",
            "@ enum E<T> where T: Copy {}",
        ]);
        (shape, prop::collection::vec(attribute(), 3)).prop_map(|(shape, attributes)| {
            attributes
                .iter()
                .fold(shape.to_owned(), |item, attribute| {
                    item.replacen('@', attribute, 1)
                })
                .replace('@', "")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn no_item_makes_a_derive_panic(item in item()) {
            let Ok(input) = syn::parse_str::<DeriveInput>(&item) else {
                return Ok(());
            };
            for derive in [super::event, super::message, super::enumeration, super::oneof] {
                prop_assert!(!derive(&input).is_empty(), "nothing, not even an error");
            }
        }
    }
}
