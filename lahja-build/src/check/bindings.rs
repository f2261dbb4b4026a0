//! One request, one response: whoever says so.

use std::collections::BTreeMap;

use crate::declare::{Binding, BindingSource, Declarations};
use crate::report::{Mistake, Sources};

/// The response of each request, by full names.
pub(super) fn check(
    declarations: &Declarations,
    sources: &Sources,
) -> (BTreeMap<String, String>, Vec<Mistake>) {
    let mut first: BTreeMap<&str, &Binding> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for binding in &declarations.bindings {
        let earlier = *first.entry(&binding.request).or_insert(binding);
        if !std::ptr::eq(earlier, binding) {
            mistakes.extend(conflict(earlier, binding, sources));
        }
    }
    let responses = first
        .into_iter()
        .map(|(request, binding)| (request.to_owned(), binding.response.clone()));
    (responses.collect(), mistakes)
}

fn conflict(earlier: &Binding, later: &Binding, sources: &Sources) -> Option<Mistake> {
    match (&earlier.source, &later.source) {
        (BindingSource::Rpc(method), BindingSource::Rpc(second)) => {
            Some(two_methods(earlier, later, (method, second), sources))
        }
        _ if earlier.response == later.response => None,
        (_, source) => Some(two_responses(earlier, later, source, sources)),
    }
}

fn two_methods(
    earlier: &Binding,
    later: &Binding,
    (method, second): (&str, &str),
    sources: &Sources,
) -> Mistake {
    let message = format!(
        "`{}` is the input of two methods, `{method}`{} and `{second}`: whoever receives one could \
         not tell which is meant",
        later.request,
        place(earlier, sources)
    );
    let name = second.rsplit('.').next().unwrap_or(second);
    Mistake::at(later.span.clone(), message)
        .help(format!(
            "give the second one an input of its own: `message {name}Request {{ … }}`"
        ))
        .help(leave_out(second))
}

fn two_responses(
    earlier: &Binding,
    later: &Binding,
    source: &BindingSource,
    sources: &Sources,
) -> Mistake {
    let message = format!(
        "`{}` is bound to two responses, `{}`{} and `{}`",
        later.request,
        earlier.response,
        place(earlier, sources),
        later.response
    );
    let mistake = Mistake::at(later.span.clone(), message)
        .help("remove `response` from the option, or name the same message in both");
    match source {
        BindingSource::Rpc(method) => mistake.help(leave_out(method)),
        BindingSource::Option => mistake,
    }
}

fn place(binding: &Binding, sources: &Sources) -> String {
    let span = binding.span.as_ref();
    span.map_or_else(String::new, |span| format!(" ({})", sources.line_of(span)))
}

fn leave_out(method: &str) -> String {
    format!("or leave the method out, in build.rs: `.skip_method(\"{method}\")`")
}
