//! The vectors as Rust values, and random frames.

pub(crate) mod arbitrary;
pub(crate) mod hex;
pub(crate) mod meaning;
pub(crate) mod vectors;

use bytes::BytesMut;
use lahja::wire::{Frame, FrameCodec, WireError};
use tokio_util::codec::{Decoder, Encoder};

/// A codec that accepts and sends frames of up to `len` bytes.
pub(crate) fn codec(len: usize) -> FrameCodec {
    let mut codec = FrameCodec::new();
    codec.set_max_recv_len(len);
    codec.set_max_send_len(len);
    codec
}

/// The frames as one stream of bytes.
pub(crate) fn encoded(frames: &[Frame]) -> BytesMut {
    let mut out = BytesMut::new();
    let mut codec = codec(u32::MAX as usize);
    for frame in frames {
        codec
            .encode(frame.clone(), &mut out)
            .expect("nothing exceeds 4 GiB");
    }
    out
}

/// Decodes until more bytes are needed or an error comes; the frames are those before it.
pub(crate) fn decode_all(
    codec: &mut FrameCodec,
    buffer: &mut BytesMut,
) -> (Vec<Frame>, Result<(), WireError>) {
    let mut frames = Vec::new();
    loop {
        match codec.decode(buffer) {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return (frames, Ok(())),
            Err(error) => return (frames, Err(error)),
        }
    }
}
