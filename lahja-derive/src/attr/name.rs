//! What every item with a name in protobuf takes: where it belongs, and what it is called.

use syn::{Attribute, LitStr};

use super::args::{Arg, Spanned, args};
use crate::report::Report;

#[derive(Default)]
pub(crate) struct NameAttrs {
    pub(crate) package: Option<Spanned<String>>,
    pub(crate) name: Option<Spanned<String>>,
}

impl NameAttrs {
    /// Those of an item that takes no others; `advice` says what to do with them.
    pub(crate) fn parse(attrs: &[Attribute], advice: &str, report: &mut Report) -> Self {
        let mut parsed = Self::default();
        for arg in args(attrs, report) {
            if !parsed.read(&arg, report) {
                report.error(&arg.name, advice);
            }
        }
        parsed
    }

    /// Whether the argument is one of these.
    pub(super) fn read(&mut self, arg: &Arg, report: &mut Report) -> bool {
        let (slot, usage) = match arg.name.to_string().as_str() {
            "package" => (&mut self.package, r#"#[event(package = "chat.v1")]"#),
            "name" => (&mut self.name, r#"#[event(name = "MessagePosted")]"#),
            _ => return false,
        };
        let value = text(arg, usage, report);
        arg.set(slot, value, report);
        true
    }
}

fn text(arg: &Arg, usage: &str, report: &mut Report) -> Option<Spanned<String>> {
    let literal: LitStr = arg.assigned(usage, report)?;
    Some(Spanned {
        value: literal.value(),
        span: literal.span(),
    })
}
