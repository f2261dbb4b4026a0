//! What an event's item takes.

use proc_macro2::Span;
use syn::{Attribute, LitInt, Type};

use super::args::{Arg, Spanned, args};
use super::name::NameAttrs;
use crate::report::Report;

#[derive(Default)]
pub(crate) struct EventAttrs {
    pub(crate) name: NameAttrs,
    pub(crate) type_id: Option<Spanned<u64>>,
    pub(crate) response: Option<Type>,
    pub(crate) prost: Option<Span>,
}

impl EventAttrs {
    pub(crate) fn parse(attrs: &[Attribute], report: &mut Report) -> Self {
        let mut parsed = Self::default();
        for arg in args(attrs, report) {
            parsed.read(&arg, report);
        }
        parsed
    }

    fn read(&mut self, arg: &Arg, report: &mut Report) {
        if self.name.read(arg, report) {
            return;
        }
        match arg.name.to_string().as_str() {
            "type_id" => arg.set(&mut self.type_id, type_id(arg, report), report),
            "response" => {
                let response = arg.assigned("#[event(response = History)]", report);
                arg.set(&mut self.response, response, report);
            }
            "prost" => {
                let prost = arg.flag("#[event(prost)]", report);
                arg.set(&mut self.prost, prost, report);
            }
            name => report.error(&arg.name, unknown(name)),
        }
    }
}

fn type_id(arg: &Arg, report: &mut Report) -> Option<Spanned<u64>> {
    let literal: LitInt = arg.assigned("#[event(type_id = 0x2a)]", report)?;
    match literal.base10_parse() {
        Ok(value) => Some(Spanned {
            value,
            span: literal.span(),
        }),
        Err(_) => {
            report.error(
                literal,
                "a type ID has 64 bits: write a number up to 2^64 - 1",
            );
            None
        }
    }
}

fn unknown(name: &str) -> String {
    match name {
        "tag" | "oneof" | "map" | "sint32" | "sint64" | "fixed32" | "fixed64" | "sfixed32"
        | "sfixed64" => format!("`{name}` belongs on a field"),
        _ => format!(
            "an event has no `{name}`: it takes `package = \"…\"`, `name = \"…\"`, \
             `type_id = …`, `response = …` and `prost`"
        ),
    }
}
