use syn::{DeriveInput, Generics, Ident};

use super::Field;
use crate::attr::takes_none;
use crate::report::Report;

/// A struct that is a protobuf message.
pub(crate) struct Message<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) fields: Vec<Field<'a>>,
}

impl<'a> Message<'a> {
    /// A message that is no event.
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let advice = "a message that is no event has nothing to set here: remove this, or derive \
                      `lahja::Event` in place of `lahja::Message`";
        takes_none(&input.attrs, advice, report);
        Self::parse_fields(input, report)
    }

    pub(super) fn parse_fields(input: &'a DeriveInput, report: &mut Report) -> Self {
        Self {
            ident: &input.ident,
            generics: &input.generics,
            fields: Field::all(input, report),
        }
    }
}
