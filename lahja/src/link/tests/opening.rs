//! Ready once each side knows the other's whole set.

use std::time::Duration;

use super::pair::Pair;
use super::side::Side;
use super::{NOTHING, event, event_type};
use crate::link::Attempt;
use crate::wire::{FrameBody, Subscriptions, SubscriptionsAck};

#[test]
fn each_side_says_its_whole_set_and_acknowledges_the_others() {
    let mut pair = Pair::new(Side::open(&[event_type("x", 100)]), Side::open(&[]));
    pair.run();
    assert_eq!(
        pair.trace(),
        [
            "a: subscriptions 1: +x",
            "b: subscriptions 1:",
            "b: ack 1",
            "a: ack 1",
        ]
    );
    assert_eq!(pair.a.heard(), ["ready", "acknowledged"]);
    assert_eq!(pair.b.heard(), ["subscribed x", "ready", "acknowledged"]);
    assert!(pair.a.link.wanted.acknowledged() >= 1 && pair.b.link.wanted.acknowledged() >= 1);
    assert!(pair.b.is_wanted("x") && !pair.a.is_wanted("x"));
}

#[test]
fn a_set_that_goes_on_makes_nobody_ready_until_it_is_whole() {
    let mut side = Side::open(&[]);
    side.says();
    side.hear(part("x", true));
    assert!(!side.is_ready());
    assert_eq!(side.says(), NOTHING, "half a set is not acknowledged");
    side.hear(part("y", false));
    assert!(side.is_ready());
    assert_eq!(side.says(), ["ack 1"]);
    assert_eq!(side.heard(), ["subscribed x", "subscribed y", "ready"]);
}

#[test]
fn a_set_of_the_greatest_size_arrives_whole() {
    let types: Vec<_> = (0..4096)
        .map(|n| event_type(&format!("t.T{n}"), 1000))
        .collect();
    let mut pair = Pair::new(Side::open(&types), Side::open(&[]));
    pair.run();
    assert!(pair.b.is_ready());
    assert_eq!(pair.b.link.subscribed_names().len(), 4096);
    let last = types.last().expect("types");
    assert_eq!(pair.b.send(&event(&last.name, "1")), Attempt::Sent);
}

#[test]
fn a_peer_that_does_not_say_its_set_in_time_is_left() {
    let mut side = Side::open(&[]);
    side.says();
    side.hear(part("x", true));
    side.advance(Duration::from_millis(4999));
    assert_eq!(side.says(), NOTHING);
    side.advance(Duration::from_millis(1));
    assert_eq!(side.says(), ["goodbye ProtocolError"]);
}

#[test]
fn a_peer_that_says_its_set_in_time_may_stay_silent() {
    let mut side = Side::open(&[]);
    side.hear(part("x", false));
    assert_eq!(side.link.poll_timeout(), None);
    side.advance(Duration::from_secs(3600));
    assert_eq!(side.says(), ["subscriptions 1:", "ack 1"]);
}

#[test]
fn an_ack_may_come_before_the_peers_own_set() {
    let mut side = Side::open(&[]);
    side.hear(FrameBody::SubscriptionsAck(SubscriptionsAck {
        revision: 1,
    }));
    side.hear(part("x", false));
    assert!(side.is_ready() && side.link.wanted.acknowledged() >= 1);
}

fn part(name: &str, more: bool) -> FrameBody {
    FrameBody::Subscriptions(Subscriptions {
        revision: 1,
        added: vec![event_type(name, 100)],
        removed: Vec::new(),
        more,
    })
}
