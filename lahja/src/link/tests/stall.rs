//! Giving up on a receiver: it hears what it missed, and recovers once it makes room.

use super::pair::Pair;
use super::side::Side;
use super::{LinkSettings, event, event_type, id, request, settings};
use crate::link::Attempt;

/// `a` sends to `b`, which takes one event of `x` at a time.
fn pair() -> Pair {
    Pair::ready(&[], &[event_type("x", 1)])
}

/// A side whose peer sets no window, and that lets nothing wait unwritten.
fn narrow() -> Side {
    let settings = LinkSettings {
        unwritten_events: 0,
        ..settings()
    };
    Side::ready_with(settings, event_type("y", 0))
}

#[test]
fn what_is_given_up_is_told_with_the_next_event() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.send_or_wait(&event("x", "2"), 2);
    assert!(pair.a.link.abandon(id("x"), 2));
    assert!(!pair.a.link.abandon(id("x"), 2), "it is given up already");
    pair.run();
    pair.b.take();
    pair.run();
    pair.a.send(&event("x", "3"));
    pair.run();
    assert_eq!(
        pair.b.heard(),
        [r#"arrived x "1""#, r#"arrived x "3" (missed 1)"#]
    );
}

#[test]
fn what_went_out_is_not_given_up() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.send_or_wait(&event("x", "2"), 2);
    pair.run();
    pair.b.take();
    pair.run();
    assert!(!pair.a.link.abandon(id("x"), 2));
}

#[test]
fn what_is_given_up_in_the_middle_is_told_where_it_is_missing() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    for (id, payload) in [(2, "2"), (3, "3"), (4, "4"), (5, "5")] {
        pair.a.send_or_wait(&event("x", payload), id);
    }
    assert!(pair.a.link.abandon(id("x"), 4));
    assert!(pair.a.link.abandon(id("x"), 3));
    for _ in 0..3 {
        pair.run();
        pair.b.take();
    }
    assert_eq!(
        pair.b.heard(),
        [
            r#"arrived x "1""#,
            r#"arrived x "2""#,
            r#"arrived x "5" (missed 2)"#
        ]
    );
}

#[test]
fn a_stalled_receiver_is_skipped_until_it_grants_credit() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    assert!(pair.a.link.stall(id("x")));
    assert!(!pair.a.link.stall(id("x")), "one warning for one stall");
    assert_eq!(pair.a.send_or_wait(&event("x", "2"), 2), Attempt::Stalled);
    assert_eq!(pair.a.send(&event("x", "3")), Attempt::Stalled);
    pair.run();
    pair.b.take();
    pair.run();
    assert_eq!(pair.a.send(&event("x", "4")), Attempt::Sent);
    pair.run();
    assert_eq!(
        pair.b.heard(),
        [r#"arrived x "1""#, r#"arrived x "4" (missed 2)"#]
    );
}

#[test]
fn a_request_waits_even_for_a_stalled_receiver() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.link.stall(id("x"));
    assert_eq!(
        pair.a.send_or_wait(&request("x", "?", 7), 2),
        Attempt::NoRoom
    );
    pair.run();
    pair.b.take();
    pair.run();
    assert_eq!(pair.a.heard(), ["sent 2"]);
}

#[test]
fn a_receiver_that_stalled_on_the_outbox_recovers_when_it_is_written() {
    let mut side = narrow();
    side.send(&event("y", "1"));
    assert!(side.link.stall(id("y")));
    assert_eq!(side.send(&event("y", "2")), Attempt::Stalled);
    side.write();
    assert_eq!(side.send(&event("y", "3")), Attempt::Sent);
    assert_eq!(
        side.send(&event("y", "4")),
        Attempt::NoRoom,
        "it is waited for again"
    );
}

#[test]
fn a_receiver_that_is_marked_after_room_was_made_is_not_skipped_for_ever() {
    let mut side = narrow();
    side.send(&event("y", "1"));
    side.write();
    side.link.stall(id("y"));
    assert_eq!(side.send(&event("y", "2")), Attempt::Sent);
    assert_eq!(
        side.send(&event("y", "3")),
        Attempt::NoRoom,
        "it is waited for again"
    );
}

#[test]
fn writing_does_not_end_the_stall_of_a_receiver_whose_window_is_closed() {
    let settings = LinkSettings {
        unwritten_events: 0,
        ..settings()
    };
    let mut side = Side::ready_with(settings, event_type("y", 1));
    side.send(&event("y", "1"));
    side.link.stall(id("y"));
    side.write();
    assert_eq!(side.send(&event("y", "2")), Attempt::Stalled);
}
