//! Requests: each ends once, by what happens first.

use super::pair::Pair;
use super::side::Side;
use super::{NOTHING, answer, event, event_type, request};
use crate::link::{Attempt, Outgoing};
use crate::wire::{Cancel, Failure, FailureCode, FrameBody};

/// `a` asks `b`, which takes requests of the type `x` up to 79 bytes.
fn pair() -> Pair {
    Pair::ready(&[], &[event_type("x", 79)])
}

fn asked() -> Pair {
    let mut pair = pair();
    assert_eq!(pair.a.send(&request("x", "?", 7)), Attempt::Sent);
    pair.run();
    pair.forget();
    pair
}

fn answer_by(side: &mut Side, answer: &Outgoing) -> Result<bool, Attempt> {
    side.link.answer(side.now, answer)
}

/// Whether the handler of the oldest request knows that nobody waits for its answer.
fn is_cancelled(side: &Side) -> bool {
    let cancelled = side.arrived[0].cancelled.as_ref();
    cancelled.expect("it is a request").is_cancelled()
}

#[test]
fn a_request_is_answered_once_and_its_credit_comes_with_the_answer() {
    let mut pair = asked();
    pair.b.take();
    pair.run();
    assert_eq!(pair.trace(), NOTHING, "no credit before the answer");
    assert!(pair.b.link.owes_answers());
    assert_eq!(answer_by(&mut pair.b, &answer("answer", "!", 7)), Ok(true));
    assert_eq!(answer_by(&mut pair.b, &answer("answer", "!", 7)), Ok(false));
    pair.run();
    assert_eq!(pair.trace(), [r#"b: answer "!" !7"#, "b: credit x 80"]);
    assert_eq!(pair.a.heard(), [r#"answered answer "!" !7"#]);
    assert!(!pair.b.link.owes_answers());
}

#[test]
fn a_failure_ends_a_request_with_its_reason() {
    for code in [
        FailureCode::Unanswered,
        FailureCode::HandlerFailed,
        FailureCode::DecodeFailed,
        FailureCode::ShuttingDown,
    ] {
        let mut pair = asked();
        assert!(pair.b.link.fail(pair.b.now, 7, code, "why"));
        assert!(!pair.b.link.fail(pair.b.now, 7, code, "again"));
        pair.run();
        assert_eq!(pair.a.heard(), [format!("failed ?7 {code:?}")]);
        assert_eq!(pair.trace()[1], "b: credit x 80");
    }
}

#[test]
fn all_requests_can_be_failed_at_once() {
    let mut pair = Pair::ready(&[], &[event_type("x", 1000)]);
    for id in [1, 2, 3] {
        pair.a.send(&request("x", "?", id));
    }
    pair.run();
    pair.forget();
    pair.b
        .link
        .fail_all(pair.b.now, FailureCode::ShuttingDown, "stopping");
    assert!(is_cancelled(&pair.b), "nobody waits for its answer");
    pair.run();
    let mut heard = pair.a.heard();
    heard.sort();
    let failed = |id| format!("failed ?{id} ShuttingDown");
    assert_eq!(heard, [failed(1), failed(2), failed(3)]);
}

#[test]
fn an_answer_needs_no_credit_and_no_subscription() {
    let mut pair = asked();
    answer_by(&mut pair.b, &answer("z", "unasked type", 7)).expect("it fits");
    pair.run();
    assert_eq!(pair.a.heard(), [r#"answered z "unasked type" !7"#]);
}

#[test]
fn a_cancelled_request_is_owed_no_answer_and_gives_its_credit_back_once_it_is_let_go() {
    let late = |side: &mut Side| answer_by(side, &answer("answer", "late", 7));
    let fails = |side: &mut Side| Ok(side.link.fail(side.now, 7, FailureCode::Unanswered, ""));
    for let_go in [late, fails] {
        let mut pair = asked();
        pair.a.link.cancel(pair.a.now, 7);
        pair.a.link.cancel(pair.a.now, 7);
        pair.run();
        assert_eq!(pair.trace(), ["a: cancel ?7"]);
        assert!(is_cancelled(&pair.b), "its handler hears of it");
        assert!(!pair.b.link.owes_answers());
        assert_eq!(let_go(&mut pair.b), Ok(false));
        assert_eq!(pair.b.says(), ["credit x 80"]);
    }
}

#[test]
fn an_answer_that_crosses_its_cancel_is_dropped() {
    let mut pair = asked();
    pair.a.link.cancel(pair.a.now, 7);
    answer_by(&mut pair.b, &answer("answer", "late", 7)).expect("it fits");
    pair.run();
    assert_eq!(pair.a.heard(), NOTHING);
    assert!(!is_cancelled(&pair.b), "what is answered is not cancelled");
}

#[test]
fn what_was_never_asked_here_is_not_answered_here() {
    let mut side = Side::ready();
    side.hear_broadcast(&answer("answer", "forged", 7));
    side.hear(FrameBody::Failure(Failure {
        response_to: 7,
        ..Failure::default()
    }));
    assert_eq!(side.heard(), NOTHING);
    assert_eq!(side.says(), NOTHING);
}

#[test]
fn a_second_answer_is_dropped() {
    let mut pair = asked();
    for payload in ["first", "second"] {
        pair.a.hear_broadcast(&answer("answer", payload, 7));
    }
    assert_eq!(pair.a.heard(), [r#"answered answer "first" !7"#]);
}

#[test]
fn a_request_that_still_waits_is_not_awaited() {
    let mut pair = asked();
    pair.a.send(&event("x", "fills the window"));
    assert_eq!(
        pair.a.send_or_wait(&request("x", "?", 8), 1),
        Attempt::NoRoom
    );
    pair.a.link.cancel(pair.a.now, 8);
    pair.a.hear_broadcast(&answer("answer", "forged", 8));
    assert_eq!(pair.a.heard(), NOTHING);
}

#[test]
fn cancelling_what_is_not_owed_is_ignored() {
    let mut side = Side::ready();
    side.hear(FrameBody::Cancel(Cancel { request_id: 3 }));
    assert_eq!(side.heard(), NOTHING);
    assert_eq!(side.says(), NOTHING);
}

#[test]
fn a_live_number_must_not_be_used_again() {
    let mut side = Side::ready();
    side.hear_broadcast(&request("x", "?", 7));
    side.hear_broadcast(&request("x", "?", 7));
    assert_eq!(side.says(), ["goodbye ProtocolError"]);
}

#[test]
fn request_numbers_may_be_as_large_as_they_get() {
    let mut side = Side::ready();
    for id in [1, u64::MAX] {
        side.hear_broadcast(&request("x", "?", id));
        assert_eq!(answer_by(&mut side, &answer("answer", "!", id)), Ok(true));
    }
    assert_eq!(side.says().len(), 4, "two answers with their credit");
}

#[test]
fn a_broadcast_is_not_request_and_answer_in_one() {
    let mut side = Side::ready();
    side.hear_broadcast(&Outgoing {
        request_id: 7,
        response_to: 8,
        ..event("x", "both")
    });
    assert_eq!(side.says(), ["goodbye ProtocolError"]);
}

#[test]
fn the_handlers_of_a_peer_that_is_gone_are_cancelled() {
    let mut pair = asked();
    pair.b.end();
    assert!(is_cancelled(&pair.b));
}

#[test]
fn requests_are_reported_when_the_peer_is_gone() {
    let mut pair = asked();
    pair.a.end();
    assert_eq!(
        pair.a.heard(),
        [
            "unanswered [7]",
            "unsubscribed x",
            "closed: the stream ended without a goodbye, 1 unconfirmed"
        ]
    );
}

#[test]
fn requests_are_reported_when_the_peer_says_goodbye() {
    let mut pair = asked();
    pair.b.say_goodbye();
    pair.b_to_a();
    assert_eq!(pair.a.heard()[0], "unanswered [7]");
}
