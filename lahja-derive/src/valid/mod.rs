//! What protobuf or lahja forbids of a well-formed item.

mod enumeration;
mod generics;
mod name;
mod number;

pub(crate) use enumeration::enumeration;

use crate::ast::{Event, Field, FieldKind, Message, MessageEncoding, Oneof};
use crate::report::Report;

pub(crate) fn event(event: &Event<'_>, report: &mut Report) {
    if let Some(type_id) = event.type_id.as_ref().filter(|id| id.value == 0) {
        let message = "0 is no type ID: write another, or none, and it follows from the name";
        report.error_at(type_id.span, message);
    }
    message(&event.message, report);
}

pub(crate) fn message(message: &Message<'_>, report: &mut Report) {
    generics::forbid(message.generics, report);
    name::check(&message.name, report);
    if let MessageEncoding::Derived(fields) = &message.encoding {
        for field in fields {
            name::check_word(field.ident, report);
            check_oneof_alone(field, report);
        }
        number::check_fields(fields, report);
    }
}

pub(crate) fn oneof(oneof: &Oneof<'_>, report: &mut Report) {
    generics::forbid(oneof.generics, report);
    for variant in &oneof.variants {
        name::check_word(variant.ident, report);
        if let Some(span) = variant.attrs.oneof {
            let message = "a oneof cannot hold a oneof: put it in a message of its own";
            report.error_at(span, message);
        }
    }
    number::check_variants(&oneof.variants, report);
}

/// A oneof has neither a number nor an encoding: its variants do.
fn check_oneof_alone(field: &Field<'_>, report: &mut Report) {
    let FieldKind::Oneof = field.kind else {
        return;
    };
    if let Some(tag) = &field.attrs.tag {
        let message = "a oneof's numbers are its variants': write `#[event(tag = …)]` there";
        report.error_at(tag.span, message);
    }
    if let Some(encoding) = &field.attrs.encoding {
        let message = "a oneof's encodings are its variants': write this there";
        report.error_at(encoding.span, message);
    }
}
