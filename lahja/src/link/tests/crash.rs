//! Streams that end or fail, and what is confirmed by then.

use super::pair::Pair;
use super::{event, event_type};

/// Each takes `x` of the other.
fn pair() -> Pair {
    Pair::ready(&[event_type("x", 1000)], &[event_type("x", 1000)])
}

#[test]
fn a_stream_that_ends_without_a_goodbye_is_a_crash() {
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.send(&event("x", "2"));
    pair.a.send(&event("x", "3"));
    pair.run();
    pair.b.take();
    pair.b.take();
    pair.b.take();
    pair.a.end();
    assert_eq!(
        pair.a.heard().last().map(String::as_str),
        Some("closed: the stream ended without a goodbye, 3 unconfirmed"),
        "the credit was not read"
    );
}

#[test]
fn credit_confirms_the_oldest_events_also_of_a_type_that_was_removed() {
    let mut pair = pair();
    for payload in ["1", "2", "3"] {
        pair.a.send(&event("x", payload));
    }
    pair.b.unsubscribe("x");
    pair.run();
    pair.b.take_all();
    pair.b_to_a();
    pair.a.end();
    assert_eq!(
        pair.a.heard().last().map(String::as_str),
        Some("closed: the stream ended without a goodbye, 0 unconfirmed")
    );
}

#[test]
fn what_was_never_written_is_not_confirmed_where_there_is_no_window_either() {
    let mut pair = Pair::ready(&[], &[event_type("x", 0)]);
    pair.a.send(&event("x", "written"));
    pair.run();
    pair.a.send(&event("x", "not written"));
    pair.a.send(&event("x", &"l".repeat(20_000)));
    pair.a.end();
    assert_eq!(
        pair.a.heard().last().map(String::as_str),
        Some("closed: the stream ended without a goodbye, 2 unconfirmed")
    );
}

#[test]
fn a_stream_that_fails_ends_the_link_in_every_phase() {
    let broken = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    let mut talking = pair().a;
    talking.link.handle_failure(&broken);
    assert_eq!(
        talking.heard().last().map(String::as_str),
        Some("closed: the stream failed: broken pipe, 0 unconfirmed")
    );
    let mut pair = pair();
    pair.a.send(&event("x", "1"));
    pair.a.say_goodbye();
    pair.a_to_b();
    for side in [&mut pair.a, &mut pair.b] {
        side.link.handle_failure(&broken);
        assert!(side.link.is_over());
    }
}
