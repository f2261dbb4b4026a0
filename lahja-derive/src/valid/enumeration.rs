use super::{generics, name};
use crate::ast::Enumeration;
use crate::report::Report;

pub(crate) fn enumeration(enumeration: &Enumeration<'_>, report: &mut Report) {
    generics::forbid(enumeration.generics, report);
    name::check(&enumeration.name, report);
    for value in &enumeration.values {
        name::check_word(value.ident, report);
    }
    if !enumeration.is_i32 && !enumeration.values.is_empty() {
        let message = "an enumeration's numbers have 32 bits and a sign: write `#[repr(i32)]`";
        report.error(enumeration.ident, message);
    }
    if let Some(default) = enumeration.default {
        let message = "the first value is the default: remove `#[default]`, and `Default` from the \
                       derives";
        report.error(default, message);
    }
    let first = enumeration.values.first();
    let first = first.and_then(|value| value.number.as_ref());
    if let Some(number) = first.filter(|number| number.value != 0) {
        let message = "the first value is the default, and proto3 wants it to be 0: write \
                       `Unspecified = 0` before it";
        report.error_at(number.span, message);
    }
}
