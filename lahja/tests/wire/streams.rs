//! The vectors of the kind `streams`: decoded, judged, and encoded again.

use bytes::BytesMut;
use lahja::wire::{FrameCodec, WireError};
use tokio_util::codec::Decoder;

use crate::support::hex::to_hex;
use crate::support::vectors::{Stream, Verdict, streams};
use crate::support::{codec, decode_all, encoded};

fn verdict_at_end(codec: &mut FrameCodec, rest: &mut BytesMut) -> Verdict {
    match codec.decode_eof(rest) {
        Ok(None) => Verdict::Complete,
        Ok(Some(frame)) => panic!("a frame that was not there before the end: {frame:?}"),
        Err(WireError::UnexpectedEof { .. }) => Verdict::Incomplete,
        Err(error) => panic!("an error that was not there before the end: {error}"),
    }
}

fn assert_decodes(vector: &Stream) {
    let Stream { name, bytes, .. } = vector;
    let mut codec = codec(vector.limit);
    let mut buffer = BytesMut::from(&bytes[..]);
    let (frames, end) = decode_all(&mut codec, &mut buffer);
    let verdict = match end {
        Ok(()) => verdict_at_end(&mut codec, &mut buffer),
        Err(error) => Verdict::Refused(error.reason()),
    };
    assert!(frames == vector.frames, "{name}: {frames:?}");
    assert_eq!(verdict, vector.verdict, "{name}");
}

#[test]
fn every_stream_is_decoded_and_judged_as_its_vector_says() {
    let vectors = streams();
    assert!(vectors.len() > 150, "only {} vectors found", vectors.len());
    vectors.iter().for_each(assert_decodes);
}

#[test]
fn every_canonical_stream_is_what_this_side_would_send() {
    for vector in streams().iter().filter(|vector| vector.is_canonical) {
        let ours = encoded(&vector.frames);
        assert!(
            ours == vector.bytes,
            "{}:\nsent {}\nnot  {}",
            vector.name,
            to_hex(&ours),
            to_hex(&vector.bytes)
        );
    }
}

#[test]
fn a_frame_that_breaks_a_rule_by_itself_is_found_and_no_other() {
    for vector in streams() {
        let broken = vector.frames.iter().find_map(|frame| frame.check().err());
        let reason = broken.as_ref().map(WireError::reason);
        assert_eq!(reason, vector.breaks, "{}: {broken:?}", vector.name);
    }
}

#[test]
fn a_stream_cut_anywhere_is_incomplete_and_loses_only_the_torn_frame() {
    for vector in streams()
        .iter()
        .filter(|vector| is_short_and_complete(vector))
    {
        for cut in 1..vector.bytes.len() {
            let mut codec = codec(vector.limit);
            let mut buffer = BytesMut::from(&vector.bytes[..cut]);
            let (frames, end) = decode_all(&mut codec, &mut buffer);
            assert!(end.is_ok(), "{} cut at {cut}: {end:?}", vector.name);
            assert!(
                vector.frames.starts_with(&frames),
                "{} cut at {cut}",
                vector.name
            );
            let torn = !buffer.is_empty();
            let verdict = verdict_at_end(&mut codec, &mut buffer);
            assert_eq!(
                verdict == Verdict::Incomplete,
                torn,
                "{} cut at {cut}",
                vector.name
            );
        }
    }
}

fn is_short_and_complete(vector: &Stream) -> bool {
    vector.verdict == Verdict::Complete && vector.bytes.len() < 2_000
}
