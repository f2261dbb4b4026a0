//! Goodbyes, crashes, and what is confirmed by then.

use std::time::Duration;

use super::pair::Pair;
use super::{NOTHING, answer, event, event_type, request};
use crate::link::Attempt;

const WE_LEFT: &str = "closed: this side said goodbye (Shutdown): , 0 unconfirmed";
const PEER_LEFT: &str = "closed: the peer said goodbye (Shutdown): , 0 unconfirmed";

/// Each takes `x` of the other.
fn pair() -> Pair {
    Pair::ready(&[event_type("x", 1000)], &[event_type("x", 1000)])
}

/// `a` stops as proto/README.md says it.
fn unsubscribe_from_all(pair: &mut Pair) {
    let a = &mut pair.a;
    a.link.unsubscribe_all(a.now);
}

#[test]
fn a_stop_under_load_loses_nothing_in_either_direction() {
    let mut pair = pair();
    pair.b.send(&event("x", "to a"));
    pair.a.send(&event("x", "to b"));
    unsubscribe_from_all(&mut pair);
    pair.run();
    assert!(
        pair.a.link.wanted.acknowledged() >= 2,
        "nothing more is coming"
    );
    pair.a.take();
    pair.a.say_goodbye();
    pair.run();
    assert_eq!(pair.b.take(), "to b");
    pair.run();
    assert_eq!(
        pair.trace(),
        [
            r#"a: x "to b""#,
            "a: subscriptions 2: -x",
            r#"b: x "to a""#,
            "b: ack 2",
            "a: credit x 81",
            "a: goodbye Shutdown",
            "b: credit x 81",
            "b: goodbye Shutdown",
        ]
    );
    assert_eq!(pair.a.heard().last().map(String::as_str), Some(WE_LEFT));
    assert_eq!(pair.b.heard().last().map(String::as_str), Some(PEER_LEFT));
    assert!(pair.a.link.is_over() && pair.b.link.is_over());
}

#[test]
fn a_peer_that_left_is_answered_once_all_that_came_is_taken() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.send(&event("x", "2"));
    pair.a.say_goodbye();
    pair.run();
    pair.b.take();
    pair.run();
    assert!(!pair.b.link.is_over() && !pair.a.link.is_over());
    pair.b.take();
    pair.run();
    assert!(pair.b.link.is_over() && pair.a.link.is_over());
    assert_eq!(pair.a.heard().last().map(String::as_str), Some(WE_LEFT));
}

#[test]
fn a_request_that_came_before_the_goodbye_is_still_answered() {
    let mut pair = pair();
    pair.b.send(&request("x", "?", 7));
    pair.b_to_a();
    pair.b.say_goodbye();
    pair.run();
    assert!(!pair.a.link.is_over(), "an answer is owed");
    let answered = pair.a.link.answer(pair.a.now, &answer("answer", "!", 7));
    assert_eq!(answered, Ok(true));
    pair.run();
    assert_eq!(
        pair.trace()[2..],
        [
            r#"a: answer "!" !7"#,
            "a: credit x 80",
            "a: goodbye Shutdown"
        ]
    );
    assert!(
        pair.b
            .heard()
            .contains(&r#"answered answer "!" !7"#.to_owned())
    );
}

#[test]
fn both_may_say_goodbye_at_once() {
    let mut pair = pair();
    pair.a.say_goodbye();
    pair.b.say_goodbye();
    pair.run();
    assert_eq!(pair.trace(), ["a: goodbye Shutdown", "b: goodbye Shutdown"]);
    for side in [&mut pair.a, &mut pair.b] {
        assert_eq!(side.heard(), ["unsubscribed x", WE_LEFT]);
    }
}

#[test]
fn the_end_of_the_stream_behind_a_goodbye_does_not_cut_off_the_consumers() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.say_goodbye();
    pair.a_to_b();
    assert!(pair.a.link.has_said_all(), "the write half is shut down");
    assert!(!pair.b.link.is_over(), "an event is not taken yet");
    pair.b.take();
    pair.run();
    assert_eq!(pair.a.heard().last().map(String::as_str), Some(WE_LEFT));
}

#[test]
fn after_its_goodbye_a_side_says_nothing() {
    let mut pair = Pair::ready(&[event_type("x", 1000)], &[event_type("x", 1)]);
    pair.b.send(&event("x", "to a"));
    pair.b.send(&request("x", "?", 7));
    pair.run();
    pair.a.send(&event("x", "1"));
    pair.a.send_or_wait(&event("x", "2"), 2);
    pair.a.say_goodbye();
    pair.a.says();
    let now = pair.a.now;
    assert_eq!(pair.a.send(&event("x", "3")), Attempt::Gone);
    assert_eq!(pair.a.send_or_wait(&event("x", "4"), 4), Attempt::Gone);
    assert_eq!(pair.a.link.answer(now, &answer("answer", "!", 7)), Ok(true));
    pair.a.subscribe("y", 1);
    pair.a.unsubscribe("x");
    pair.a.link.cancel(now, 7);
    pair.a.take_all();
    pair.a.say_goodbye();
    assert_eq!(pair.a.says(), NOTHING);
    assert!(pair.a.heard().contains(&"dropped 2".to_owned()));
}

#[test]
fn what_the_peer_says_after_its_goodbye_is_ignored() {
    let mut pair = pair();
    pair.b.hear_broadcast(&event("x", "before"));
    pair.a.say_goodbye();
    pair.a_to_b();
    pair.b.hear_broadcast(&event("x", "after"));
    assert_eq!(pair.b.arrived.len(), 1);
}

#[test]
fn a_peer_that_does_not_answer_a_goodbye_is_left_at_the_drain_deadline() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.send(&event("x", "2"));
    pair.a.say_goodbye();
    pair.run();
    pair.a.advance(Duration::from_millis(6999));
    assert!(!pair.a.link.is_over());
    pair.a.advance(Duration::from_millis(1));
    assert_eq!(
        pair.a.heard().last().map(String::as_str),
        Some("closed: this side said goodbye (Shutdown): , 2 unconfirmed")
    );
}

#[test]
fn consumers_that_do_not_take_what_came_are_not_waited_for_beyond_the_drain_deadline() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.say_goodbye();
    pair.run();
    pair.b.advance(Duration::from_secs(7));
    pair.run();
    assert!(pair.a.link.is_over() && pair.b.link.is_over());
    assert_eq!(
        pair.a.heard().last().map(String::as_str),
        Some("closed: this side said goodbye (Shutdown): , 1 unconfirmed")
    );
}

#[test]
fn a_goodbye_that_finds_a_renewed_subscription_waits_for_what_the_old_one_left() {
    let mut pair = pair();
    pair.a.send(&request("x", "?", 7));
    pair.run();
    pair.b.unsubscribe("x");
    pair.b.subscribe("x", 1000);
    pair.run();
    pair.a.say_goodbye();
    pair.run();
    assert!(!pair.b.link.is_over(), "an answer is owed");
    let answered = pair.b.link.answer(pair.b.now, &answer("answer", "!", 7));
    assert_eq!(answered, Ok(true));
    pair.run();
    assert!(
        pair.a
            .heard()
            .contains(&r#"answered answer "!" !7"#.to_owned())
    );
    assert!(pair.a.link.is_over() && pair.b.link.is_over());
}

#[test]
fn what_a_consumer_took_but_had_no_time_to_grant_is_granted_with_the_goodbye() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.run();
    let arrived = pair.b.arrived.pop_front().expect("an event came");
    assert!(arrived.ledger.settle(arrived.cost), "a grant is due");
    pair.a.say_goodbye();
    pair.run();
    assert_eq!(pair.a.heard().last().map(String::as_str), Some(WE_LEFT));
}

#[test]
fn a_side_that_closes_down_hears_when_it_owes_no_answer_any_more() {
    let mut pair = pair();
    for id in [7, 8] {
        pair.a.send(&request("x", "?", id));
    }
    pair.run();
    pair.b.link.unsubscribe_all(pair.b.now);
    pair.run();
    pair.forget();
    for id in [7, 8] {
        assert_eq!(pair.b.heard(), NOTHING, "an answer is owed");
        let answered = pair.b.link.answer(pair.b.now, &answer("answer", "!", id));
        assert_eq!(answered, Ok(true));
    }
    assert_eq!(pair.b.heard(), ["nothing owed"]);
}

#[test]
fn a_side_may_set_the_time_by_which_it_has_left() {
    let mut pair = pair();
    pair.a.say_goodbye();
    pair.a.link.leave_by(pair.a.now + Duration::from_secs(1));
    pair.a.advance(Duration::from_secs(1));
    assert!(pair.a.link.is_over());
}
