//! Places that take no `#[event(…)]`.

use syn::Attribute;

use crate::report::Report;

/// Reports every `#[event(…)]`; `advice` says what to do instead.
pub(crate) fn takes_none<'a>(
    attrs: impl IntoIterator<Item = &'a Attribute>,
    advice: &str,
    report: &mut Report,
) {
    for attr in attrs {
        if attr.path().is_ident("event") {
            report.error(attr, advice);
        }
    }
}
