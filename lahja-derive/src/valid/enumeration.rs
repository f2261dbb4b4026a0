use super::generics;
use crate::ast::Enumeration;
use crate::report::Report;

pub(crate) fn enumeration(enumeration: &Enumeration<'_>, report: &mut Report) {
    generics::forbid(enumeration.generics, report);
    let Some(first) = enumeration.values.first() else {
        let message = "an enumeration has at least one value: write `Unspecified = 0`";
        report.error(enumeration.ident, message);
        return;
    };
    if !enumeration.is_i32 {
        let message = "protobuf's numbers are 32 bits with a sign: write `#[repr(i32)]`";
        report.error(enumeration.ident, message);
    }
    if let Some(number) = first.number.as_ref().filter(|number| number.value != 0) {
        let message = "the first value is the default, and proto3 wants it to be 0: write \
                       `Unspecified = 0` before it";
        report.error_at(number.span, message);
    }
}
