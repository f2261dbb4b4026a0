//! Whether what the files declare fits together.

mod answers;
mod bindings;
mod enums;
mod ids;
mod types;

use std::collections::BTreeMap;

use crate::declare::{Declarations, Input};
use crate::report::Mistake;

/// The longest name that the protocol carries, in bytes.
const MAX_NAME_LEN: usize = 255;

/// The events of a run, checked, by their full names.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) events: BTreeMap<String, Event>,
}

#[derive(Debug)]
pub(crate) struct Event {
    /// Set by the declaration, else it follows from the name.
    pub(crate) type_id: Option<u64>,
    /// The full name of the message that answers it.
    pub(crate) response: Option<String>,
}

pub(crate) fn check(input: Input<'_>, declarations: Declarations) -> (Model, Vec<Mistake>) {
    let (mut responses, conflicts) = bindings::check(&declarations, input.sources);
    let mut mistakes = Vec::new();
    mistakes.extend(conflicts);
    if input.is_complete {
        mistakes.extend(answers::check(&declarations, input.externs));
    }
    mistakes.extend(ids::check(&declarations, input.sources));
    mistakes.extend(names(&declarations));
    mistakes.extend(enums::check(input));
    mistakes.extend(types::check(input));
    mistakes.splice(..0, declarations.mistakes);

    let events = declarations.events.into_iter().map(|(name, event)| {
        let event = Event {
            type_id: event.type_id,
            response: responses.remove(&name),
        };
        (name, event)
    });
    let events = events.collect();
    (Model { events }, mistakes)
}

fn names(declarations: &Declarations) -> impl Iterator<Item = Mistake> + '_ {
    let too_long = |name: &&String| name.len() > MAX_NAME_LEN;
    declarations.events.keys().filter(too_long).map(|name| {
        let message = format!(
            "the name of an event has at most {MAX_NAME_LEN} bytes, and this one has {}: `{name}`",
            name.len()
        );
        Mistake::at(declarations.events[name].span.clone(), message)
            .help("shorten the message's name or its package's")
    })
}
