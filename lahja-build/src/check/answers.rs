//! What answers a request is an event itself.

use crate::declare::{Binding, Declarations};
use crate::owner::Externs;
use crate::report::Mistake;

pub(super) fn check<'a>(
    declarations: &'a Declarations,
    externs: &'a Externs,
) -> impl Iterator<Item = Mistake> + 'a {
    let is_event = |name: &str| {
        // Of what another crate owns, that crate says so, and rustc checks it.
        declarations.events.contains_key(name) || externs.own(name)
    };
    let no_event = move |binding: &&Binding| !is_event(&binding.response);
    declarations
        .bindings
        .iter()
        .filter(no_event)
        .map(|binding| {
            let Binding {
                request, response, ..
            } = binding;
            let message = format!("`{response}`, which answers `{request}`, is no event");
            Mistake::at(binding.span.clone(), message).help(format!(
                "write `option (lahja.event) = {{}};` in `message {}`",
                response.rsplit('.').next().unwrap_or(response)
            ))
        })
}
