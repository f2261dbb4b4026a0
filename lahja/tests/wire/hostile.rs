//! Streams that come in odd pieces, torn, flipped, or as no frames at all.

use bytes::BytesMut;
use lahja::wire::{Broadcast, Cancel, Frame, FrameBody, FrameCodec, WireError};
use proptest::collection::vec;
use proptest::prelude::*;
use tokio_util::codec::{Decoder, Encoder};

use crate::support::vectors::streams;
use crate::support::{arbitrary, codec, decode_all, encoded};

const MIB: usize = 1024 * 1024;

fn event(payload: Vec<u8>) -> Frame {
    let payload = payload.into();
    Frame {
        body: Some(FrameBody::Broadcast(Broadcast {
            payload,
            ..Broadcast::default()
        })),
    }
}

fn cancel(request_id: u64) -> Frame {
    Frame {
        body: Some(FrameBody::Cancel(Cancel { request_id })),
    }
}

proptest! {
    #[test]
    fn the_pieces_in_which_a_stream_comes_make_no_difference(
        frames in vec(arbitrary::frame(), 0..8),
        pieces in vec(1..400_usize, 1..8),
    ) {
        let bytes = encoded(&frames);
        let (mut codec, mut buffer, mut got) = (codec(MIB), BytesMut::new(), Vec::new());
        let (mut rest, mut pieces) = (&bytes[..], pieces.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(*pieces.next().unwrap()));
            buffer.extend_from_slice(piece);
            let (frames, end) = decode_all(&mut codec, &mut buffer);
            prop_assert!(end.is_ok(), "{end:?}");
            got.extend(frames);
            rest = after;
        }
        prop_assert_eq!(got, frames);
        prop_assert!(buffer.is_empty(), "{} bytes are left", buffer.len());
    }

    #[test]
    fn random_bytes_are_frames_or_an_error(bytes in vec(any::<u8>(), 0..512)) {
        let mut prefixed = BytesMut::from(&(bytes.len() as u32).to_le_bytes()[..]);
        prefixed.extend_from_slice(&bytes);
        let (frames, end) = decode_all(&mut codec(MIB), &mut prefixed);
        prop_assert_eq!(frames.len() == 1, end.is_ok(), "{:?}", end);

        let (_, end) = decode_all(&mut codec(MIB), &mut BytesMut::from(&bytes[..]));
        let refused = matches!(
            end,
            Ok(()) | Err(WireError::FrameTooLarge { .. } | WireError::Malformed(_))
        );
        prop_assert!(refused, "{end:?}");
    }

    #[test]
    fn random_blocks_are_payloads_or_an_error(block in vec(any::<u8>(), 0..512)) {
        if let Ok(payload) = lahja::wire::decompress(&block, MIB) {
            prop_assert!(payload.len() <= 22 * block.len());
        }
    }

    #[test]
    fn a_buffer_grows_with_what_came_and_not_with_what_a_length_claims(
        claim in 0..u32::MAX,
        pieces in vec(1..20_000_usize, 1..20),
    ) {
        let mut codec = codec(u32::MAX as usize);
        let mut buffer = BytesMut::from(&claim.to_le_bytes()[..]);
        let mut arrived = buffer.len();
        for piece in pieces {
            buffer.extend_from_slice(&vec![0; piece]);
            arrived += piece;
            if !matches!(codec.decode(&mut buffer), Ok(None)) {
                break;
            }
            let bound = 4 * arrived + 16 * 1024;
            prop_assert!(buffer.capacity() <= bound, "{} for {arrived}", buffer.capacity());
        }
    }
}

fn flipped(bytes: &[u8], bit: usize) -> BytesMut {
    let mut flipped = BytesMut::from(bytes);
    flipped[bit / 8] ^= 1 << (bit % 8);
    flipped
}

/// What was accepted is a frame like any other: it can be judged, opened and sent on.
fn assert_sound(frame: &Frame) {
    if let (Ok(()), Some(FrameBody::Broadcast(broadcast))) = (frame.check(), &frame.body) {
        let payload = broadcast.uncompressed(MIB);
        assert!(payload.is_err() || payload.is_ok_and(|payload| payload.len() <= MIB));
    }
    let mut again = encoded(std::slice::from_ref(frame));
    let (frames, end) = decode_all(&mut codec(MIB), &mut again);
    assert!(end.is_ok(), "{frame:?}: {end:?}");
    assert_eq!(frames, std::slice::from_ref(frame));
}

#[test]
fn every_flipped_bit_gives_frames_or_an_error() {
    for vector in streams().iter().filter(|vector| vector.bytes.len() < 200) {
        for bit in 0..vector.bytes.len() * 8 {
            let mut buffer = flipped(&vector.bytes, bit);
            let (frames, _) = decode_all(&mut codec(vector.limit), &mut buffer);
            frames.iter().for_each(assert_sound);
        }
    }
}

#[test]
fn a_large_claim_without_a_body_costs_a_few_kib() {
    let mut buffer = BytesMut::from(&(16 * MIB as u32).to_le_bytes()[..]);
    let mut codec = codec(16 * MIB);
    for _ in 0..1_000 {
        assert!(matches!(codec.decode(&mut buffer), Ok(None)));
    }
    assert!(
        buffer.capacity() <= 16 * 1024,
        "{} bytes",
        buffer.capacity()
    );
}

#[test]
fn a_thousand_frames_in_one_buffer_come_out_in_order() {
    let sent: Vec<_> = (0..1_000).map(cancel).collect();
    let (got, end) = decode_all(&mut FrameCodec::new(), &mut encoded(&sent));
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(got, sent);
}

#[test]
fn a_payload_shares_the_memory_of_the_buffer() {
    let mut buffer = encoded(&[event(vec![7; 1_000])]);
    let memory = buffer.as_ptr_range();
    let Ok(Some(frame)) = FrameCodec::new().decode(&mut buffer) else {
        panic!("the frame does not decode");
    };
    let Some(FrameBody::Broadcast(broadcast)) = frame.body else {
        panic!("not an event: {frame:?}");
    };
    assert!(
        memory.contains(&broadcast.payload.as_ptr()),
        "it was copied"
    );
}

#[test]
fn a_frame_that_is_too_large_for_the_peer_leaves_the_stream_as_it_was() {
    let mut codec = FrameCodec::new();
    let mut out = BytesMut::new();
    codec
        .encode(cancel(1), &mut out)
        .expect("a Cancel is small");
    let before = out.clone();

    let refused = codec.encode(event(vec![0; 65_536]), &mut out);
    assert!(
        matches!(
            refused,
            Err(WireError::TooLargeForPeer {
                len: 65_544,
                limit: 65_536
            })
        ),
        "{refused:?}"
    );
    assert_eq!(out, before);

    codec.set_max_send_len(65_544);
    codec
        .encode(event(vec![0; 65_536]), &mut out)
        .expect("the peer's Hello allows it");
    assert_eq!(out.len() - before.len(), 4 + 65_544);
}

#[test]
fn each_limit_holds_for_its_own_direction() {
    let mut codec = FrameCodec::new();
    codec.set_max_send_len(MIB);
    let mut wire = BytesMut::new();
    codec
        .encode(event(vec![0; 65_536]), &mut wire)
        .expect("the peer accepts 1 MiB");
    let refused = codec.decode(&mut wire);
    assert!(
        matches!(
            refused,
            Err(WireError::FrameTooLarge {
                len: 65_544,
                limit: 65_536
            })
        ),
        "{refused:?}"
    );
}
