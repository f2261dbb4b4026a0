//! Type IDs: one each, and none is 0.

use std::collections::BTreeMap;

use crate::declare::{Declarations, Event};
use crate::report::{Mistake, Sources};
use crate::type_id;

pub(super) fn check(declarations: &Declarations, sources: &Sources) -> Vec<Mistake> {
    let mut first: BTreeMap<u64, (&str, &Event)> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (name, event) in &declarations.events {
        let id = event.type_id.unwrap_or_else(|| type_id::of(name));
        if id == 0 {
            mistakes.push(zero(name, event));
        } else if let Some(other) = first.insert(id, (name, event)) {
            mistakes.push(collision(id, other, (name, event), sources));
        }
    }
    mistakes
}

fn zero(name: &str, event: &Event) -> Mistake {
    Mistake::at(
        event.span.clone(),
        format!("the type ID that follows from the name `{name}` is 0, which is none"),
    )
    .help(SET_ANOTHER)
}

fn collision(id: u64, other: (&str, &Event), this: (&str, &Event), sources: &Sources) -> Mistake {
    // What was set is easier to change than what follows from a name.
    let (at, beside) = match this.1.type_id {
        Some(_) => (this, other),
        None if other.1.type_id.is_some() => (other, this),
        None => (this, other),
    };
    let place = beside.1.span.as_ref();
    let place = place.map_or_else(String::new, |span| format!(" ({})", sources.line_of(span)));
    let message = format!(
        "`{}` has the type ID {id:#018x}, and so has `{}`{place}",
        at.0, beside.0
    );
    Mistake::at(at.1.span.clone(), message).help(SET_ANOTHER)
}

const SET_ANOTHER: &str =
    "set one that no other event has, not 0: `option (lahja.event) = { type_id: … };`";

#[cfg(test)]
mod tests {
    use super::check;
    use crate::declare::{Declarations, Event};
    use crate::report::Sources;
    use crate::type_id;

    fn declare(events: &[(&str, Option<u64>)]) -> String {
        let mut declarations = Declarations::default();
        for &(name, type_id) in events {
            let event = Event {
                span: None,
                type_id,
            };
            declarations.events.insert(name.to_owned(), event);
        }
        format!("{:?}", check(&declarations, &Sources::default()))
    }

    /// No name in ASCII is known whose hash is 0, so the number is given.
    #[test]
    fn zero_is_no_type_id() {
        assert!(declare(&[("a.A", Some(0))]).contains("is 0, which is none"));
    }

    #[test]
    fn an_id_that_is_set_may_not_be_the_hash_of_another_name() {
        let id = type_id::of("a.B");
        assert!(declare(&[("a.A", Some(id)), ("a.B", None)]).contains("`a.A` has the type ID"));
        assert_eq!(declare(&[("a.A", Some(id)), ("a.B", Some(7))]), "[]");
    }
}
