use syn::{DeriveInput, Type};

use super::{Message, Name};
use crate::attr::{EventAttrs, Spanned};
use crate::report::Report;

/// An event.
pub(crate) struct Event<'a> {
    pub(crate) message: Message<'a>,
    pub(crate) type_id: Option<Spanned<u64>>,
    pub(crate) response: Option<Type>,
}

impl<'a> Event<'a> {
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let attrs = EventAttrs::parse(&input.attrs, report);
        let name = Name::of_event(&input.ident, attrs.name);
        Self {
            message: Message::read(input, name, attrs.prost.is_some(), report),
            type_id: attrs.type_id,
            response: attrs.response,
        }
    }
}
