//! A type that is removed and added again: what belongs to which subscription.

use super::pair::Pair;
use super::{NOTHING, event, event_type, request};
use crate::link::Attempt;

/// `a` sends to `b`, which takes `x` under a window of 1,000 bytes.
fn pair() -> Pair {
    Pair::ready(&[], &[event_type("x", 1000)])
}

#[test]
fn events_under_way_at_a_removal_still_arrive() {
    let mut pair = pair();
    pair.b.unsubscribe("x");
    pair.a.send(&event("x", "1"));
    pair.run();
    assert_eq!(pair.b.heard(), [r#"arrived x "1""#, "acknowledged"]);
    pair.b.take();
    pair.run();
    assert_eq!(
        pair.trace().last().map(String::as_str),
        Some("b: credit x 78")
    );
}

#[test]
fn events_of_the_old_subscription_are_dropped_uncredited_once_it_is_renewed() {
    let mut pair = pair();
    pair.a.send(&event("x", "old"));
    pair.b.unsubscribe("x");
    assert_eq!(pair.b.subscribe("x", 1000), Some(3));
    pair.run();
    assert_eq!(pair.b.heard(), ["acknowledged", "acknowledged"]);
    pair.a.send(&event("x", "new"));
    pair.run();
    assert_eq!(pair.b.heard(), [r#"arrived x "new""#]);
    assert_eq!(
        pair.trace(),
        [
            r#"a: x "old""#,
            "b: subscriptions 2: -x",
            "b: subscriptions 3: +x",
            "a: ack 2",
            "a: ack 3",
            r#"a: x "new""#,
        ],
        "no credit for what was dropped"
    );
}

#[test]
fn a_request_of_the_old_subscription_fails_as_unanswered() {
    let mut pair = pair();
    pair.a.send(&request("x", "old", 7));
    pair.b.unsubscribe("x");
    pair.b.subscribe("x", 1000);
    pair.run();
    assert_eq!(
        pair.a.heard(),
        ["unsubscribed x", "subscribed x", "failed ?7 Unanswered"]
    );
    assert!(!pair.b.heard().iter().any(|it| it.starts_with("arrived")));
}

#[test]
fn a_request_that_nobody_ever_wanted_fails_as_unanswered() {
    let mut pair = pair();
    pair.b.hear_broadcast(&request("y", "?", 9));
    assert_eq!(pair.b.says(), ["failure !9 Unanswered"]);
    pair.b.hear_broadcast(&event("y", "an event"));
    assert_eq!(pair.b.says(), NOTHING);
}

#[test]
fn a_renewed_subscription_has_its_whole_window() {
    let mut pair = Pair::ready(&[], &[event_type("x", 100)]);
    pair.a.send(&event("x", "1"));
    pair.a.send(&event("x", "2"));
    assert_eq!(pair.a.send(&event("x", "3")), Attempt::NoRoom);
    pair.b.unsubscribe("x");
    pair.b.subscribe("x", 100);
    pair.run();
    assert_eq!(pair.a.send(&event("x", "4")), Attempt::Sent);
    assert_eq!(pair.a.send(&event("x", "5")), Attempt::Sent);
    assert_eq!(pair.a.send(&event("x", "6")), Attempt::NoRoom);
    pair.run();
    assert_eq!(pair.b.arrived.len(), 2, "the peer did not overdraw");
}

#[test]
fn what_was_held_from_the_old_subscription_is_not_credited_to_the_new_one() {
    let mut pair = pair();
    pair.a.send(&event("x", "old"));
    pair.run();
    pair.b.unsubscribe("x");
    pair.b.subscribe("x", 1000);
    pair.run();
    pair.forget();
    pair.b.take();
    pair.run();
    assert_eq!(pair.trace(), NOTHING);
}

#[test]
fn an_event_that_is_sent_before_the_layers_above_acknowledged_comes_after_the_ack() {
    let mut pair = pair();
    pair.b.unsubscribe("x");
    pair.b.subscribe("x", 1000);
    pair.b.write();
    let changes = std::mem::take(&mut pair.b.written);
    for frame in frames(&changes) {
        pair.a.link.handle_frame(pair.a.now, frame, 0);
    }
    // Another thread gets between the frame and the call of `acknowledge`.
    assert_eq!(pair.a.send(&event("x", "new")), Attempt::Sent);
    pair.run();
    assert_eq!(pair.b.heard(), ["acknowledged", r#"arrived x "new""#]);
    assert!(pair.a.is_wanted("x"));
}

fn frames(bytes: &[u8]) -> Vec<crate::wire::Frame> {
    let mut bytes = bytes::BytesMut::from(bytes);
    let next = || crate::wire::codec::decode_next(&mut bytes, usize::MAX).expect("frames");
    std::iter::from_fn(next).collect()
}
