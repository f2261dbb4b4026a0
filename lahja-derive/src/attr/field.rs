//! What a field, or a oneof's variant, takes.

use proc_macro2::Span;
use syn::{Attribute, LitInt};

use super::args::{Arg, Spanned, args};
use super::encoding::{Encoding, MapEncodings, Numeric};
use crate::report::Report;

#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) tag: Option<Spanned<u32>>,
    pub(crate) encoding: Option<Spanned<Encoding>>,
    pub(crate) oneof: Option<Span>,
}

impl FieldAttrs {
    pub(crate) fn parse(attrs: &[Attribute], report: &mut Report) -> Self {
        let mut parsed = Self::default();
        for arg in args(attrs, report) {
            parsed.read(&arg, report);
        }
        parsed
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
            .as_ref()
            .map_or(Encoding::Natural, |encoding| encoding.value)
    }

    fn read(&mut self, arg: &Arg, report: &mut Report) {
        let name = arg.name.to_string();
        match name.as_str() {
            "tag" => arg.set(&mut self.tag, tag(arg, report), report),
            "oneof" => {
                let oneof = arg.flag("#[event(oneof)]", report);
                arg.set(&mut self.oneof, oneof, report);
            }
            "map" => self.set_encoding(arg, map(arg, report), report),
            name => match Numeric::from_name(name) {
                Some(numeric) => {
                    let usage = format!("#[event({name})]");
                    let encoding = arg.flag(&usage, report);
                    let encoding = encoding.map(|_| Encoding::Numeric(numeric));
                    self.set_encoding(arg, encoding, report);
                }
                None => report.error(&arg.name, unknown(name)),
            },
        }
    }

    fn set_encoding(&mut self, arg: &Arg, encoding: Option<Encoding>, report: &mut Report) {
        let span = arg.name.span();
        match (&self.encoding, encoding) {
            (Some(_), _) => report.error_at(span, "a field has one encoding: remove the others"),
            (None, encoding) => self.encoding = encoding.map(|value| Spanned { value, span }),
        }
    }
}

fn tag(arg: &Arg, report: &mut Report) -> Option<Spanned<u32>> {
    let literal: LitInt = arg.assigned("#[event(tag = 5)]", report)?;
    // What has more than 32 bits is as wrong as what has 30: the check of the range will say so.
    let value = literal.base10_parse().unwrap_or(u32::MAX);
    Some(Spanned {
        value,
        span: literal.span(),
    })
}

fn map(arg: &Arg, report: &mut Report) -> Option<Encoding> {
    let usage = "#[event(map(sint32, fixed64))]` with two of sint32, sint64, fixed32, fixed64, \
                 sfixed32, sfixed64, or `_` for what the type says, as in `map(_, sint64)";
    let MapEncodings { key, value } = arg.list(usage, report)?;
    Some(Encoding::Map { key, value })
}

fn unknown(name: &str) -> String {
    match name {
        "bool" | "bytes" | "double" | "enumeration" | "float" | "int32" | "int64" | "message"
        | "optional" | "repeated" | "string" | "uint32" | "uint64" => {
            format!("`{name}` follows from the field's Rust type: remove it")
        }
        "package" | "name" | "type_id" | "response" | "prost" => {
            format!("`{name}` belongs on the event, not on a field")
        }
        _ => format!(
            "a field has no `{name}`: it takes `tag = …`, `oneof`, `map(…, …)`, and the encodings \
             `sint32`, `sint64`, `fixed32`, `fixed64`, `sfixed32` and `sfixed64`"
        ),
    }
}
