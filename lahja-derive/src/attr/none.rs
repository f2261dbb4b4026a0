//! Places that take no `#[event(…)]`.

use syn::Attribute;

use crate::report::Report;

/// Reports every `#[event(…)]`; `advice` says what to do instead.
pub(crate) fn takes_none(attrs: &[Attribute], advice: &str, report: &mut Report) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("event")) {
        report.error(attr, advice);
    }
}
