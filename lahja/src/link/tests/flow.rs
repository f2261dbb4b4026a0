//! Windows, credit, and who waits for what.

use bytes::BytesMut;

use super::pair::Pair;
use super::side::Side;
use super::{LinkSettings, NOTHING, answer, event, event_type, request, settings};
use crate::link::Attempt;
use crate::wire::{Credit, FrameBody, Grant};

/// `a` sends to `b`, which takes `x` under this window, and `y` under a large one.
fn pair(window: u64) -> Pair {
    Pair::ready(&[], &[event_type("x", window), event_type("y", 1000)])
}

fn grant(name: &str, bytes: u64) -> FrameBody {
    let type_id = super::id(name).get();
    let grants = vec![Grant { type_id, bytes }];
    FrameBody::Credit(Credit { grants })
}

#[test]
fn one_event_may_overdraw_the_window_and_the_next_has_no_room() {
    let mut pair = pair(79);
    assert_eq!(
        pair.a.send(&event("x", "1")),
        Attempt::Sent,
        "1 byte is left"
    );
    assert_eq!(pair.a.send(&event("x", "2")), Attempt::Sent, "overdrawn");
    assert_eq!(pair.a.send(&event("x", "3")), Attempt::NoRoom);
    pair.run();
    assert_eq!(pair.trace(), [r#"a: x "1""#, r#"a: x "2""#]);
}

#[test]
fn a_peer_that_overdraws_by_two_events_breaks_the_protocol() {
    let mut pair = pair(79);
    for payload in ["1", "2", "3"] {
        pair.b.hear_broadcast(&event("x", payload));
    }
    assert_eq!(pair.b.says(), ["goodbye ProtocolError"]);
    assert_eq!(pair.b.arrived.len(), 2);
}

#[test]
fn what_comes_at_once_is_delivered_up_to_the_event_that_overdraws_too_far() {
    let mut pair = pair(79);
    let mut at_once = BytesMut::new();
    for payload in ["1", "2", "3", "4"] {
        event("x", payload).envelope(false, 0).put(&mut at_once);
    }
    pair.b.receive(&at_once);
    assert_eq!(pair.b.says(), ["goodbye ProtocolError"]);
    assert_eq!(pair.b.heard(), [r#"arrived x "1""#, r#"arrived x "2""#]);
}

#[test]
fn an_encoded_frame_goes_out_like_its_event() {
    let encoded = |payload: &str| {
        let mut frame = BytesMut::new();
        event("x", payload).envelope(false, 0).put(&mut frame);
        frame
    };
    let mut pair = pair(79);
    let x = super::id("x");
    assert!(pair.a.link.try_send_bare(x, 0, &encoded("1")));
    assert!(pair.a.link.try_send_bare(x, 0, &encoded("2")), "overdrawn");
    assert!(!pair.a.link.try_send_bare(x, 0, &encoded("3")), "no room");
    assert!(!pair.a.link.try_send_bare(super::id("z"), 0, &encoded("3")));
    assert_eq!(pair.a.link.unconfirmed(), 2);
    pair.run();
    assert_eq!(pair.trace(), [r#"a: x "1""#, r#"a: x "2""#]);
    pair.b.take_all();
    pair.run();
    assert_eq!(pair.a.link.unconfirmed(), 0);
}

#[test]
fn an_encoded_frame_does_not_go_out_where_there_is_more_to_say() {
    let mut pair = pair(79);
    let x = super::id("x");
    while pair.a.send(&event("x", "1")) == Attempt::Sent {}
    assert_eq!(pair.a.send_or_wait(&event("x", "2"), 2), Attempt::NoRoom);
    assert!(pair.a.link.abandon(x, 2));
    pair.run();
    pair.b.take_all();
    pair.run();
    let mut frame = BytesMut::new();
    event("x", "3").envelope(false, 0).put(&mut frame);
    assert!(!pair.a.link.try_send_bare(x, 0, &frame), "one was missed");
    assert_eq!(pair.a.send(&event("x", "3")), Attempt::Sent);
    pair.a.say_goodbye();
    assert!(!pair.a.link.try_send_bare(x, 0, &frame), "it said goodbye");
}

#[test]
fn what_waits_goes_out_in_order_as_credit_comes() {
    let mut pair = pair(1);
    pair.a.send(&event("x", "1"));
    for (id, payload) in [(2, "2"), (3, "3")] {
        assert_eq!(
            pair.a.send_or_wait(&event("x", payload), id),
            Attempt::NoRoom
        );
    }
    pair.run();
    assert_eq!(pair.trace(), [r#"a: x "1""#]);
    pair.b.take();
    pair.run();
    assert_eq!(pair.a.heard(), ["sent 2"]);
    assert_eq!(
        pair.a.send(&event("x", "4")),
        Attempt::NoRoom,
        "3 is before it"
    );
    pair.b.take();
    pair.run();
    assert_eq!(pair.a.heard(), ["sent 3"]);
    assert_eq!(
        pair.trace(),
        [
            "b: credit x 78",
            r#"a: x "2""#,
            "b: credit x 78",
            r#"a: x "3""#
        ]
    );
}

#[test]
fn credit_comes_in_batches_of_half_the_window_or_when_nothing_is_left() {
    let mut pair = pair(400);
    for payload in ["1", "2", "3", "4"] {
        pair.a.send(&event("x", payload));
    }
    pair.run();
    pair.forget();
    pair.b.take();
    pair.b.take();
    pair.run();
    assert_eq!(pair.trace(), NOTHING, "156 of 400 are owed");
    pair.b.take();
    pair.run();
    assert_eq!(pair.trace(), ["b: credit x 234"]);
    pair.b.take();
    pair.run();
    assert_eq!(pair.trace(), ["b: credit x 78"], "nothing is left");
}

#[test]
fn a_grant_never_widens_a_window_beyond_what_was_announced() {
    let mut pair = pair(79);
    for _ in 0..3 {
        pair.a.hear(grant("x", u64::MAX));
    }
    assert_eq!(pair.a.send(&event("x", "1")), Attempt::Sent);
    assert_eq!(pair.a.send(&event("x", "2")), Attempt::Sent);
    assert_eq!(pair.a.send(&event("x", "3")), Attempt::NoRoom);
}

#[test]
fn credit_for_a_type_that_is_not_subscribed_to_is_ignored() {
    let mut pair = pair(79);
    pair.a.hear(grant("z", 100));
    assert_eq!(pair.a.says(), NOTHING);
}

#[test]
fn without_a_window_nothing_is_credited_and_everything_is_sent() {
    let mut pair = pair(0);
    for _ in 0..100 {
        assert_eq!(pair.a.send(&event("x", "1")), Attempt::Sent);
    }
    pair.run();
    pair.forget();
    pair.b.take_all();
    pair.run();
    assert_eq!(pair.trace(), NOTHING);
}

#[test]
fn a_slow_type_delays_no_other_type() {
    let mut pair = pair(1);
    pair.a.send(&event("x", "1"));
    pair.a.send_or_wait(&event("x", "2"), 2);
    assert_eq!(pair.a.send(&event("y", "at once")), Attempt::Sent);
    pair.run();
    assert_eq!(pair.trace(), [r#"a: x "1""#, r#"a: y "at once""#]);
}

#[test]
fn a_slow_type_delays_no_answer() {
    let mut pair = Pair::ready(&[event_type("z", 1000)], &[event_type("x", 1)]);
    pair.b.send(&request("z", "?", 7));
    pair.run();
    pair.a.send(&event("x", "1"));
    pair.a.send_or_wait(&event("x", "2"), 2);
    let answered = pair.a.link.answer(pair.a.now, &answer("answer", "!", 7));
    assert_eq!(answered, Ok(true));
    pair.run();
    assert!(
        pair.b
            .heard()
            .contains(&r#"answered answer "!" !7"#.to_owned())
    );
}

#[test]
fn events_wait_while_too_much_is_unwritten_and_control_does_not() {
    let mut side = Side::ready_with(limited(100), event_type("y", 0));
    assert_eq!(side.send(&event("y", "1")), Attempt::Sent);
    assert_eq!(side.send(&event("y", &"2".repeat(90))), Attempt::Sent);
    assert_eq!(side.send_or_wait(&event("y", "3"), 3), Attempt::NoRoom);
    side.subscribe("z", 1);
    side.write();
    assert_eq!(side.heard(), ["sent 3"]);
    assert_eq!(
        side.says(),
        [
            r#"y "1""#,
            "y of 90 bytes",
            "subscriptions 2: +z",
            r#"y "3""#
        ]
    );
}

#[test]
fn those_that_wait_for_the_outbox_take_turns_by_type() {
    let mut side = Side::ready_with(limited(0), event_type("y", 0));
    side.hear(subscribe_to_z());
    side.says();
    side.send(&event("y", "0"));
    for (id, name) in [(1, "y"), (2, "y"), (3, "z"), (4, "z")] {
        side.send_or_wait(&event(name, &id.to_string()), id);
    }
    side.write();
    assert_eq!(
        side.heard(),
        ["subscribed z", "sent 1", "sent 3", "sent 2", "sent 4"]
    );
}

#[test]
fn credit_does_not_let_an_event_into_a_full_outbox() {
    let mut side = Side::ready_with(limited(0), event_type("y", 1));
    side.send(&event("y", "1"));
    side.send_or_wait(&event("y", "2"), 2);
    side.hear(grant("y", 78));
    assert_eq!(side.heard(), NOTHING);
    assert_eq!(side.says(), [r#"y "1""#, r#"y "2""#]);
    assert_eq!(side.heard(), ["sent 2"]);
}

fn limited(unwritten_events: usize) -> LinkSettings {
    LinkSettings {
        unwritten_events,
        ..settings()
    }
}

fn subscribe_to_z() -> FrameBody {
    FrameBody::Subscriptions(crate::wire::Subscriptions {
        revision: 2,
        added: vec![event_type("z", 0)],
        ..Default::default()
    })
}
