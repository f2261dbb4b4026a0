//! What a peer leaves unread.

use super::side::Side;
use super::{LinkSettings, answer, event, event_type, request, settings};
use crate::link::Attempt;

#[test]
fn a_peer_that_leaves_too_many_answers_unread_is_left() {
    let settings = LinkSettings {
        unwritten_control: 1000,
        ..settings()
    };
    let mut side = Side::ready_with(settings, event_type("y", 0));
    for id in 1..=4 {
        side.hear_broadcast(&request("x", "?", id));
        let long = answer("answer", &"!".repeat(400), id);
        assert_eq!(side.link.answer(side.now, &long), Ok(true));
    }
    assert_eq!(
        side.says().last().map(String::as_str),
        Some("goodbye SlowConsumer")
    );
}

#[test]
fn one_answer_is_never_too_much_whatever_its_size() {
    let settings = LinkSettings {
        unwritten_control: 1000,
        ..settings()
    };
    let mut side = Side::ready_with(settings, event_type("y", 0));
    side.hear_broadcast(&request("x", "?", 1));
    let long = answer("answer", &"!".repeat(100_000), 1);
    assert_eq!(side.link.answer(side.now, &long), Ok(true));
    assert!(!side.says().contains(&"goodbye SlowConsumer".to_owned()));
}

#[test]
fn events_left_unread_are_no_reason_to_leave() {
    let settings = LinkSettings {
        unwritten_control: 1000,
        ..settings()
    };
    let mut side = Side::ready_with(settings, event_type("y", 0));
    for _ in 0..100 {
        assert_eq!(side.send(&event("y", &"l".repeat(100))), Attempt::Sent);
    }
    assert!(!side.says().contains(&"goodbye SlowConsumer".to_owned()));
}
