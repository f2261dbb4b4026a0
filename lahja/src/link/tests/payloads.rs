//! Large payloads, compressed ones, and those that are too large.

use std::collections::VecDeque;

use bytes::Bytes;

use super::pair::Pair;
use super::side::Side;
use super::{
    LinkSettings, NOTHING, Outgoing, Payload, answer, event, event_type, request, settings,
};
use crate::link::Attempt;
use crate::wire::{Compression, compress};

fn with_payload(event: Outgoing, payload: &[u8]) -> Outgoing {
    let payload = Payload {
        plain: Bytes::copy_from_slice(payload),
        snappy: Some(compress(payload).expect("it compresses")),
    };
    Outgoing { payload, ..event }
}

#[test]
fn payloads_around_the_size_of_a_chunk_of_their_own_arrive_unharmed() {
    let mut pair = Pair::ready(&[], &[event_type("x", 0)]);
    for len in [0, 1, 16 * 1024 - 1, 16 * 1024, 64 * 1024, 1_000_000] {
        let text: String = ('a'..='z').cycle().take(len).collect();
        pair.a.send(&event("x", "before"));
        pair.a.send(&event("x", &text));
        pair.run();
        assert_eq!(pair.b.take(), "before");
        assert_eq!(pair.b.take(), text, "of {len} bytes");
    }
}

#[test]
fn a_large_payload_lies_in_a_chunk_of_its_own_uncopied() {
    let mut side = Side::ready();
    let large = event("y", &"l".repeat(16 * 1024));
    side.send(&large);
    let mut chunks = VecDeque::new();
    side.link.take_unwritten(&mut chunks);
    let payload = large.payload.plain.as_ptr();
    assert_eq!(chunks.len(), 2, "head and payload: there is no tail");
    assert_eq!(chunks[1].unwritten.as_ptr(), payload);
}

#[test]
fn a_payload_is_compressed_for_those_who_can_read_it() {
    let zeros = with_payload(event("y", ""), &[0; 1000]);
    for (takes_snappy, compression) in [
        (true, Compression::Snappy),
        (false, Compression::Unspecified),
    ] {
        let sender = LinkSettings {
            peer_takes_snappy: takes_snappy,
            ..settings()
        };
        let mut pair = Pair::new(
            Side::with(sender, &[]),
            Side::open(&[event_type("y", 1000)]),
        );
        pair.run();
        pair.a.send(&zeros);
        pair.run();
        let arrived = &pair.b.arrived[0].broadcast;
        assert_eq!(arrived.compression(), compression);
        assert_eq!(arrived.uncompressed(1000).as_deref(), Ok(&[0; 1000][..]));
    }
}

#[test]
fn an_event_costs_what_it_takes_on_the_wire() {
    let mut pair = Pair::ready(&[], &[event_type("x", 0)]);
    pair.a.send(&with_payload(event("x", ""), &[0; 1000]));
    pair.run();
    let cost = pair.b.arrived[0].cost;
    assert!(cost < 200, "{cost} for 1,000 compressed zeros");
}

#[test]
fn an_event_that_is_too_large_for_the_peer_is_an_error_here_and_the_link_lives() {
    let mut side = Side::ready_with(small_frames(), event_type("y", 0));
    let large = "l".repeat(64 * 1024);
    for attempt in [
        side.send(&event("y", &large)),
        side.send_or_wait(&request("y", &large, 7), 1),
    ] {
        let Attempt::TooLarge { len, limit } = attempt else {
            panic!("{attempt:?}, although it is too large");
        };
        assert!(len > limit && limit == 64 * 1024);
    }
    assert_eq!(side.says(), NOTHING);
    assert_eq!(side.send(&event("y", "small")), Attempt::Sent);
    assert_eq!(side.says(), [r#"y "small""#]);
}

#[test]
fn an_answer_that_is_too_large_is_an_error_here_and_the_request_can_still_fail() {
    let mut side = Side::ready_with(small_frames(), event_type("y", 0));
    side.hear_broadcast(&request("x", "?", 7));
    let large = answer("answer", &"l".repeat(64 * 1024), 7);
    let refused = side.link.answer(side.now, &large);
    assert!(
        matches!(refused, Err(Attempt::TooLarge { .. })),
        "{refused:?}"
    );
    assert_eq!(side.says(), NOTHING);
    let now = side.now;
    assert_eq!(
        side.link.answer(now, &answer("answer", "small", 7)),
        Ok(true)
    );
}

#[test]
fn compression_lifts_no_limit_as_the_peer_would_refuse_what_comes_of_it() {
    let mut side = Side::ready_with(small_frames(), event_type("y", 0));
    let zeros = with_payload(event("y", ""), &[0; 100_000]);
    let attempt = side.send(&zeros);
    assert!(matches!(attempt, Attempt::TooLarge { .. }), "{attempt:?}");
    assert_eq!(side.says(), NOTHING);
    let fitting = with_payload(event("y", ""), &[0; 60_000]);
    assert_eq!(side.send(&fitting), Attempt::Sent);
}

fn small_frames() -> LinkSettings {
    LinkSettings {
        peer_max_frame_len: 64 * 1024,
        ..settings()
    }
}
