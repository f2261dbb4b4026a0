//! Bytes that no correct peer sends.

use bytes::BytesMut;
use proptest::prelude::*;

use super::side::Side;
use super::{answer, event, event_type, request};
use crate::wire::codec::{PREFIX_LEN, decode_next, put_frame};
use crate::wire::{
    Cancel, Credit, Failure, Frame, FrameBody, Goodbye, Grant, Subscriptions, SubscriptionsAck,
};

const MAX_FRAME_LEN: usize = 64 * 1024;

/// Hands bytes to a link as a driver does, which stops listening to what is no frame.
fn feed(side: &mut Side, bytes: &[u8]) {
    let mut received = BytesMut::from(bytes);
    loop {
        let before = received.len();
        let Ok(Some(frame)) = decode_next(&mut received, MAX_FRAME_LEN) else {
            break;
        };
        let len = before - received.len() - PREFIX_LEN;
        side.link.handle_frame(side.now, frame, len);
        side.attend();
    }
    assert!(
        received.capacity() <= 2 * bytes.len() + 16 * 1024,
        "{} bytes reserved for {}",
        received.capacity(),
        bytes.len()
    );
}

/// A link that has something of everything under way.
fn busy() -> Side {
    let mut side = Side::ready();
    side.send(&request("y", "?", 7));
    side.send(&event("y", "1"));
    side.hear_broadcast(&request("x", "?", 9));
    side.hear_broadcast(&event("x", "1"));
    side
}

/// One frame of each kind that means something to a busy link.
fn correct_stream() -> Vec<u8> {
    let grant = Grant {
        type_id: super::id("y").get(),
        bytes: 10,
    };
    let mut stream = BytesMut::new();
    for it in [
        event("x", "2"),
        request("x", "?", 10),
        answer("answer", "!", 7),
    ] {
        it.envelope(false, 3).put(&mut stream);
    }
    for body in [
        FrameBody::Subscriptions(Subscriptions {
            revision: 2,
            added: vec![event_type("z", 100)],
            removed: vec![super::id("y").get()],
            more: false,
        }),
        FrameBody::SubscriptionsAck(SubscriptionsAck { revision: 1 }),
        FrameBody::Failure(Failure {
            response_to: 7,
            code: 2,
            message: "why".to_owned(),
        }),
        FrameBody::Credit(Credit {
            grants: vec![grant],
        }),
        FrameBody::Cancel(Cancel { request_id: 9 }),
        FrameBody::Goodbye(Goodbye {
            reason: 1,
            message: "bye".to_owned(),
        }),
    ] {
        put_frame(&Frame { body: Some(body) }, &mut stream);
    }
    stream.to_vec()
}

/// Whatever came, the link can be brought to its end.
fn check_that_it_ends(mut side: Side) {
    side.take_all();
    side.say_goodbye();
    side.says();
    side.end();
    side.advance(std::time::Duration::from_secs(60));
    assert!(side.link.is_over());
}

#[test]
fn a_correct_stream_is_understood_at_every_split() {
    let stream = correct_stream();
    let mut whole = busy();
    whole.receive(&stream);
    let (heard, says) = (whole.heard(), whole.says());
    assert!(heard.len() > 8, "{heard:?}");
    for at in 0..stream.len() {
        let mut side = busy();
        side.receive(&stream[..at]);
        side.receive(&stream[at..]);
        assert_eq!(side.heard(), heard, "split at {at}");
        assert_eq!(side.says(), says, "split at {at}");
    }
}

#[test]
fn no_flipped_bit_makes_a_link_panic() {
    let stream = correct_stream();
    for bit in 0..stream.len() * 8 {
        let mut flipped = stream.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut side = busy();
        feed(&mut side, &flipped);
        check_that_it_ends(side);
    }
}

#[test]
fn a_flood_of_requests_is_bounded_by_the_window() {
    let mut side = Side::ready();
    for id in 1..=10_000 {
        side.hear_broadcast(&request("x", "?", id));
    }
    assert!(side.arrived.len() <= 13, "{} requests", side.arrived.len());
    assert_eq!(
        side.says().last().map(String::as_str),
        Some("goodbye ProtocolError")
    );
}

#[test]
fn a_flood_of_what_must_be_answered_and_is_not_read_ends_the_link() {
    let mut side = Side::ready();
    let mut rounds: u64 = 0;
    while side.link.probe(&event("y", "")) != crate::link::Attempt::Gone {
        rounds += 1;
        side.hear_broadcast(&request("nobody.takes.it", "?", rounds));
        assert!(rounds < 1_000_000, "failures are piled up without end");
    }
    let mut chunks = std::collections::VecDeque::new();
    side.link.take_unwritten(&mut chunks);
    let unwritten: usize = chunks.iter().map(|chunk| chunk.unwritten.len()).sum();
    assert!(unwritten < 33 * 1024 * 1024, "{unwritten} bytes are held");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_link_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mut side = busy();
        feed(&mut side, &bytes);
        check_that_it_ends(side);
    }

    #[test]
    fn no_bytes_in_a_frame_make_a_link_panic(
        frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..20),
    ) {
        let mut side = busy();
        for frame in frames {
            let len = u32::try_from(frame.len()).expect("short");
            feed(&mut side, &[&len.to_le_bytes()[..], &frame].concat());
        }
        check_that_it_ends(side);
    }

    #[test]
    fn no_order_of_correct_frames_makes_a_link_panic(
        order in proptest::collection::vec(0_usize..9, 0..30),
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), 0..8_u32), 0..3),
    ) {
        let frames = frames(&correct_stream());
        let mut bytes = order.iter().flat_map(|at| frames[*at].clone()).collect::<Vec<_>>();
        for (at, bit) in flips {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
        }
        let mut side = busy();
        feed(&mut side, &bytes);
        check_that_it_ends(side);
    }
}

/// The stream, cut into frames.
fn frames(mut stream: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some(prefix) = stream.first_chunk() {
        let len = u32::from_le_bytes(*prefix) as usize + PREFIX_LEN;
        let (frame, rest) = stream.split_at(len);
        frames.push(frame.to_vec());
        stream = rest;
    }
    frames
}
