//! Changes of what a side wants, and their acks.

use super::pair::Pair;
use super::side::Side;
use super::{NOTHING, event, event_type, id};
use crate::link::Attempt;
use crate::wire::{EventType, FrameBody, Subscriptions, SubscriptionsAck};

fn change(revision: u64, added: &[EventType], removed: &[&str]) -> FrameBody {
    FrameBody::Subscriptions(Subscriptions {
        revision,
        added: added.to_vec(),
        removed: removed.iter().map(|name| id(name).get()).collect(),
        more: false,
    })
}

#[test]
fn only_what_the_peer_wants_is_sent() {
    let mut pair = Pair::ready(&[], &[event_type("x", 1000)]);
    assert_eq!(pair.a.send(&event("x", "wanted")), Attempt::Sent);
    assert_eq!(pair.a.send(&event("y", "not wanted")), Attempt::Gone);
    pair.run();
    assert_eq!(pair.trace(), [r#"a: x "wanted""#]);
}

#[test]
fn a_type_that_is_added_later_is_acknowledged_and_flows() {
    let mut pair = Pair::ready(&[], &[]);
    assert_eq!(pair.b.subscribe("x", 1000), Some(2));
    assert_eq!(pair.b.subscribe("x", 1000), None, "it is in the set");
    assert!(pair.b.link.wanted.acknowledged() < 2);
    pair.run();
    assert!(pair.b.link.wanted.acknowledged() >= 2);
    assert_eq!(pair.trace(), ["b: subscriptions 2: +x", "a: ack 2"]);
    assert_eq!(pair.a.heard(), ["subscribed x"]);
    assert_eq!(pair.a.send(&event("x", "1")), Attempt::Sent);
}

#[test]
fn after_the_ack_of_a_removal_no_event_of_the_type_is_sent() {
    let mut pair = Pair::ready(&[], &[event_type("x", 1000)]);
    pair.b.unsubscribe("x");
    pair.run();
    assert_eq!(pair.trace(), ["b: subscriptions 2: -x", "a: ack 2"]);
    assert_eq!(pair.a.heard(), ["unsubscribed x"]);
    assert_eq!(pair.a.send(&event("x", "1")), Attempt::Gone);
}

#[test]
fn what_waits_for_a_type_that_is_removed_is_dropped() {
    let mut pair = Pair::ready(&[], &[event_type("x", 1)]);
    pair.a.send(&event("x", "1"));
    pair.a.send_or_wait(&event("x", "2"), 2);
    pair.b.unsubscribe("x");
    pair.run();
    assert_eq!(pair.a.heard(), ["dropped 2", "unsubscribed x"]);
}

#[test]
fn the_ack_of_an_addition_precedes_every_event_under_its_window() {
    let mut pair = Pair::ready(&[], &[]);
    pair.b.subscribe("x", 1000);
    pair.b_to_a();
    pair.a.send(&event("x", "1"));
    pair.run();
    assert_eq!(
        pair.trace(),
        ["b: subscriptions 2: +x", "a: ack 2", r#"a: x "1""#]
    );
}

#[test]
fn one_ack_may_stand_for_several_changes() {
    let mut pair = Pair::ready(&[], &[]);
    pair.b.subscribe("x", 1000);
    pair.b.subscribe("y", 1000);
    pair.b.hear(FrameBody::SubscriptionsAck(SubscriptionsAck {
        revision: 3,
    }));
    assert!(pair.b.link.wanted.acknowledged() >= 2 && pair.b.link.wanted.acknowledged() >= 3);
}

#[test]
fn changes_that_are_read_together_are_acknowledged_together() {
    let mut side = Side::ready();
    for frame in [
        change(2, &[event_type("z", 1)], &[]),
        change(3, &[], &["z"]),
    ] {
        let frame = crate::wire::Frame { body: Some(frame) };
        side.link.handle_frame(side.now, frame, 0);
    }
    side.attend();
    assert_eq!(side.says(), ["ack 3"]);
    assert_eq!(side.heard(), ["subscribed z", "unsubscribed z"]);
}

#[test]
fn a_change_removes_before_it_adds() {
    let mut side = Side::ready();
    side.hear(change(2, &[event_type("y", 5)], &["y"]));
    assert_eq!(side.heard(), ["unsubscribed y", "subscribed y"]);
    assert_eq!(side.says(), ["ack 2"]);
}

#[test]
fn removing_what_is_not_in_the_set_is_acknowledged_and_nothing_else() {
    let mut side = Side::ready();
    side.hear(change(2, &[], &["z"]));
    assert_eq!(side.says(), ["ack 2"]);
    assert_eq!(side.heard(), NOTHING);
}

#[test]
fn what_breaks_the_rules_of_subscriptions_ends_the_link() {
    let cases = [
        ("a revision is skipped", change(3, &[], &[])),
        ("a revision comes again", change(1, &[], &[])),
        (
            "a type is added twice",
            change(2, &[event_type("y", 1)], &[]),
        ),
        (
            "a type is added twice in one frame",
            change(2, &[event_type("z", 1), event_type("z", 1)], &[]),
        ),
        (
            "0 is no type ID",
            change(
                2,
                &[EventType {
                    id: 0,
                    ..event_type("z", 1)
                }],
                &[],
            ),
        ),
        ("a name is empty", change(2, &[event_type("", 1)], &[])),
        (
            "a name has a space",
            change(2, &[event_type("a b", 1)], &[]),
        ),
        (
            "a name is too long",
            change(2, &[event_type(&"n".repeat(256), 1)], &[]),
        ),
        (
            "what was never sent is acknowledged",
            FrameBody::SubscriptionsAck(SubscriptionsAck { revision: 2 }),
        ),
    ];
    for (what, frame) in cases {
        let mut side = Side::ready();
        side.hear(frame);
        assert_eq!(side.says(), ["goodbye ProtocolError"], "{what}");
    }
}

#[test]
fn a_peer_may_subscribe_to_4096_types_and_no_more() {
    let mut side = Side::open(&[]);
    let types: Vec<_> = (0..4096)
        .map(|n| event_type(&format!("t.T{n}"), 1))
        .collect();
    side.hear(change(1, &types, &[]));
    side.hear(change(2, &[event_type("x", 1)], &["t.T0"]));
    assert_eq!(side.says(), ["subscriptions 1:", "ack 1", "ack 2"]);
    side.hear(change(3, &[event_type("y", 1)], &[]));
    assert_eq!(side.says(), ["goodbye ProtocolError"]);
}
