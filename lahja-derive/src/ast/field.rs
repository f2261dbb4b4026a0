use syn::{Attribute, DataStruct, DeriveInput, Fields, Ident, Type};

use crate::attr::{Doc, Encoding, FieldAttrs};
use crate::report::Report;

/// A field of a message.
pub(crate) struct Field<'a> {
    pub(crate) attrs: FieldAttrs,
    pub(crate) doc: Doc,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) kind: FieldKind,
}

pub(crate) enum FieldKind {
    Single { tag: u32, encoding: Encoding },
    Oneof,
}

impl<'a> Field<'a> {
    /// The fields of a struct; of anything else, none and an error.
    pub(crate) fn all(input: &'a DeriveInput, report: &mut Report) -> Vec<Self> {
        let Some(fields) = named_fields(input, report) else {
            return Vec::new();
        };
        fields
            .iter()
            .filter_map(|field| Some((field.ident.as_ref()?, field)))
            .zip(1..)
            .map(|((ident, field), position)| {
                Self::parse(ident, &field.ty, &field.attrs, position, report)
            })
            .collect()
    }

    fn parse(
        ident: &'a Ident,
        ty: &'a Type,
        attrs: &[Attribute],
        position: u32,
        report: &mut Report,
    ) -> Self {
        let doc = Doc::of(attrs);
        let attrs = FieldAttrs::parse(attrs, report);
        let kind = match attrs.oneof {
            Some(_) => FieldKind::Oneof,
            None => FieldKind::Single {
                tag: attrs.tag.as_ref().map_or(position, |tag| tag.value),
                encoding: attrs.encoding(),
            },
        };
        Self {
            attrs,
            doc,
            ident,
            ty,
            kind,
        }
    }
}

fn named_fields<'a>(input: &'a DeriveInput, report: &mut Report) -> Option<&'a Fields> {
    match &input.data {
        syn::Data::Struct(DataStruct { fields, .. }) => match fields {
            Fields::Named(_) | Fields::Unit => Some(fields),
            Fields::Unnamed(_) => {
                let message = "protobuf's fields have names: write `struct S { field: Type }`";
                report.error(fields, message);
                None
            }
        },
        syn::Data::Enum(data) => {
            report.error(
                data.enum_token,
                "a message is a struct: derive `lahja::Enumeration` on an enum of numbers, \
                 `lahja::Oneof` on an enum of values, and put it in a field of a struct",
            );
            None
        }
        syn::Data::Union(data) => {
            report.error(data.union_token, "a message is a struct: write `struct`");
            None
        }
    }
}
