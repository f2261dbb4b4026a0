use syn::{Attribute, DeriveInput, Generics, Ident};

use super::{Field, Name};
use crate::attr::{Doc, NameAttrs, takes_none};
use crate::report::Report;

/// A struct that is a protobuf message.
pub(crate) struct Message<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) doc: Doc,
    pub(crate) name: Name,
    pub(crate) encoding: MessageEncoding<'a>,
}

/// Who implements `prost::Message`.
pub(crate) enum MessageEncoding<'a> {
    /// We do, field by field.
    Derived(Vec<Field<'a>>),
    /// Another derive, such as prost's own.
    Foreign,
}

impl<'a> Message<'a> {
    /// A message that is no event.
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let advice = "a message that is no event takes `package = \"…\"` and `name = \"…\"`: remove \
                      this, or derive `lahja::Event` in place of `lahja::Message`";
        let attrs = NameAttrs::parse(&input.attrs, advice, report);
        Self::read(input, Name::of_part(&input.ident, attrs), false, report)
    }

    /// The fields, unless something else encodes them.
    pub(super) fn read(
        input: &'a DeriveInput,
        name: Name,
        is_foreign: bool,
        report: &mut Report,
    ) -> Self {
        let encoding = if is_foreign || has_prost_attr(input) {
            takes_no_field_attrs(input, report);
            MessageEncoding::Foreign
        } else {
            MessageEncoding::Derived(Field::all(input, report))
        };
        Self {
            ident: &input.ident,
            generics: &input.generics,
            doc: Doc::of(&input.attrs),
            name,
            encoding,
        }
    }
}

fn has_prost_attr(input: &DeriveInput) -> bool {
    let mut attrs = input.attrs.iter().chain(field_attrs(input));
    attrs.any(|attr| attr.path().is_ident("prost"))
}

fn takes_no_field_attrs(input: &DeriveInput, report: &mut Report) {
    let advice = "prost encodes this struct: say it with `#[prost(…)]`";
    takes_none(field_attrs(input), advice, report);
}

fn field_attrs(input: &DeriveInput) -> impl Iterator<Item = &Attribute> {
    let fields = match &input.data {
        syn::Data::Struct(data) => Some(&data.fields),
        syn::Data::Enum(_) | syn::Data::Union(_) => None,
    };
    fields.into_iter().flatten().flat_map(|field| &field.attrs)
}
