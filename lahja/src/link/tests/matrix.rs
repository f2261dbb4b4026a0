//! Every kind of frame in every phase.

use super::side::Side;
use super::{answer, event, event_type, id, request};
use crate::wire::{
    Cancel, Credit, Failure, FrameBody, Goodbye, Grant, Hello, Subscriptions, SubscriptionsAck,
};

type Reach = fn() -> Side;

/// The phases, in the order of the table's columns.
const PHASES: [(&str, Reach); 6] = [
    ("opening", opening),
    ("talking", talking),
    ("peer left", peer_left),
    ("leaving", leaving),
    ("both left", both_left),
    ("over", over),
];

/// What comes of it: nothing, a protocol error, or what this side says or the layers above hear.
const NO: &str = "";
const ERROR: &str = "goodbye ProtocolError";
/// The same, while an event waits for credit.
const LEFT: &str = "dropped 1, goodbye ProtocolError";

type Row = (&'static str, fn(&mut Side), [&'static str; 6]);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // what the peer says                     opening  talking  peer left  leaving  both left  over
    ("nothing that this version knows", nothing, [NO, NO, NO, NO, NO, NO]),
    ("hello", hello,                           [ERROR, LEFT, NO, NO, NO, NO]),
    ("the next subscriptions", next_revision,  ["subscribed z, ready, ack 1", "subscribed z, ack 2", NO, NO, NO, NO]),
    ("subscriptions too late", skipping,       [ERROR, LEFT, NO, NO, NO, NO]),
    ("an ack", ack,                            ["acknowledged", "acknowledged", NO, NO, NO, NO]),
    ("an ack of what was not sent", early_ack, [ERROR, LEFT, NO, NO, NO, NO]),
    ("an event", an_event,                     [ERROR, r#"arrived x "1""#, NO, NO, NO, NO]),
    ("an event that nobody wants", unwanted,   [ERROR, NO, NO, NO, NO, NO]),
    ("a request", a_request,                   [ERROR, r#"arrived x "1" ?8"#, NO, NO, NO, NO]),
    ("a request that nobody wants", lost,      [ERROR, "failure !8 Unanswered", NO, NO, NO, NO]),
    ("an answer", an_answer,                   [ERROR, r#"answered answer "1" !7"#, NO, r#"answered answer "1" !7"#, NO, NO]),
    ("an answer to nothing", forged,           [ERROR, NO, NO, NO, NO, NO]),
    ("request and answer in one", both,        [ERROR, LEFT, NO, NO, NO, NO]),
    ("a failure", failure,                     [NO, "failed ?7 Unspecified", NO, "failed ?7 Unspecified", NO, NO]),
    ("a failure of nothing", forged_failure,   [NO, NO, NO, NO, NO, NO]),
    ("credit", credit,                         [NO, r#"sent 1, y "waits""#, NO, NO, NO, NO]),
    ("credit for what was not sent", no_credit, [NO, NO, NO, NO, NO, NO]),
    ("a cancel", cancel,                       [NO, NO, NO, NO, NO, NO]),
    ("a cancel of nothing", forged_cancel,     [NO, NO, NO, NO, NO, NO]),
    ("goodbye", goodbye,                       [
        "goodbye Shutdown",
        "unanswered [7], dropped 1, unsubscribed y",
        NO,
        "unanswered [7], unsubscribed y, closed: this side said goodbye (Shutdown): , 1 unconfirmed",
        NO,
        NO,
    ]),
];

#[test]
fn every_frame_in_every_phase_does_what_the_table_says() {
    let mut wrong = Vec::new();
    for (what, hear, expected) in TABLE {
        for ((phase, reach), expected) in PHASES.iter().zip(expected) {
            let mut side = reach();
            hear(&mut side);
            let result = result(phase, &mut side);
            if result != *expected {
                wrong.push(format!(
                    "{what}, {phase}: {result:?} instead of {expected:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was heard and said; what lay unwritten before is not written where that is the phase.
fn result(phase: &str, side: &mut Side) -> String {
    let mut words = side.heard();
    if phase != "both left" {
        words.extend(side.says());
    }
    words.join(", ")
}

fn opening() -> Side {
    let mut side = Side::open(&[event_type("x", 1000)]);
    side.says();
    side
}

/// Request 7 of ours went out, and an event waits behind it; request 9 of the peer's came.
fn talking() -> Side {
    let mut side = Side::ready_with(super::settings(), event_type("y", 1));
    side.send(&request("y", "1", 7));
    side.send_or_wait(&event("y", "waits"), 1);
    side.hear_broadcast(&request("x", "", 9));
    side.says();
    side.heard();
    side
}

fn peer_left() -> Side {
    let mut side = talking();
    goodbye(&mut side);
    side.says();
    side.heard();
    side
}

fn leaving() -> Side {
    let mut side = talking();
    side.say_goodbye();
    side.says();
    side.heard();
    side
}

/// Our own goodbye is not written yet.
fn both_left() -> Side {
    let mut side = talking();
    side.say_goodbye();
    goodbye(&mut side);
    side.heard();
    side
}

fn over() -> Side {
    let mut side = talking();
    side.end();
    side.says();
    side.heard();
    side
}

fn nothing(side: &mut Side) {
    side.receive(&[0; 4]);
}

fn hello(side: &mut Side) {
    side.hear(FrameBody::Hello(Hello::default()));
}

fn subscriptions(side: &mut Side, revision: u64) {
    side.hear(FrameBody::Subscriptions(Subscriptions {
        revision,
        added: vec![event_type("z", 1)],
        ..Subscriptions::default()
    }));
}

fn next_revision(side: &mut Side) {
    let revision = if side.is_ready() { 2 } else { 1 };
    subscriptions(side, revision);
}

fn skipping(side: &mut Side) {
    subscriptions(side, 7);
}

fn ack(side: &mut Side) {
    side.hear(FrameBody::SubscriptionsAck(SubscriptionsAck {
        revision: 1,
    }));
}

fn early_ack(side: &mut Side) {
    side.hear(FrameBody::SubscriptionsAck(SubscriptionsAck {
        revision: 2,
    }));
}

fn an_event(side: &mut Side) {
    side.hear_broadcast(&event("x", "1"));
}

fn unwanted(side: &mut Side) {
    side.hear_broadcast(&event("z", "1"));
}

fn a_request(side: &mut Side) {
    side.hear_broadcast(&request("x", "1", 8));
}

fn lost(side: &mut Side) {
    side.hear_broadcast(&request("z", "1", 8));
}

fn an_answer(side: &mut Side) {
    side.hear_broadcast(&answer("answer", "1", 7));
}

fn forged(side: &mut Side) {
    side.hear_broadcast(&answer("answer", "1", 77));
}

fn both(side: &mut Side) {
    let mut both = request("x", "1", 8);
    both.response_to = 7;
    side.hear_broadcast(&both);
}

fn fail(side: &mut Side, response_to: u64) {
    side.hear(FrameBody::Failure(Failure {
        response_to,
        ..Failure::default()
    }));
}

fn failure(side: &mut Side) {
    fail(side, 7);
}

fn forged_failure(side: &mut Side) {
    fail(side, 77);
}

fn grant(side: &mut Side, name: &str) {
    let type_id = id(name).get();
    let grants = vec![Grant { type_id, bytes: 50 }];
    side.hear(FrameBody::Credit(Credit { grants }));
    let grants = vec![Grant { type_id, bytes: 50 }];
    side.hear(FrameBody::Credit(Credit { grants }));
}

fn credit(side: &mut Side) {
    grant(side, "y");
}

fn no_credit(side: &mut Side) {
    grant(side, "z");
}

fn cancel(side: &mut Side) {
    side.hear(FrameBody::Cancel(Cancel { request_id: 9 }));
}

fn forged_cancel(side: &mut Side) {
    side.hear(FrameBody::Cancel(Cancel { request_id: 99 }));
}

fn goodbye(side: &mut Side) {
    side.hear(FrameBody::Goodbye(Goodbye::default()));
}
