//! Frames to bytes and back: 4 bytes of little-endian length, then one encoded [`Frame`].

use bytes::{Buf, BufMut, BytesMut};
use prost::Message;
use tokio_util::codec::{Decoder, Encoder};

use super::event_frame::Envelope;
use super::plain_event;
use super::{Frame, FrameBody, MAX_FRAME_LEN_BEFORE_HELLO, WireError};

pub(crate) const PREFIX_LEN: usize = 4;

/// What a buffer that waits for the rest of a frame grows by at least, in bytes.
const MIN_RESERVE: usize = 8 * 1024;

/// Frames over any byte stream, through [`tokio_util::codec::Framed`].
///
/// For tools and for peers that speak the protocol raw; an endpoint needs none of it. It knows
/// frames and their limits, and nothing about which frame may come when.
///
/// ```
/// use futures::{SinkExt, StreamExt};
/// use lahja::wire::{Cancel, Frame, FrameBody, FrameCodec};
/// use tokio_util::codec::Framed;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (near, far) = tokio::net::UnixStream::pair()?;
/// let mut near = Framed::new(near, FrameCodec::new());
/// let mut far = Framed::new(far, FrameCodec::new());
///
/// let cancel = Frame { body: Some(FrameBody::Cancel(Cancel { request_id: 7 })) };
/// near.send(cancel.clone()).await?;
/// assert_eq!(far.next().await.transpose()?, Some(cancel));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FrameCodec {
    max_recv_len: usize,
    max_send_len: usize,
}

impl FrameCodec {
    /// A codec for a connection on which no `Hello` has been exchanged: frames of up to
    /// [`MAX_FRAME_LEN_BEFORE_HELLO`] bytes each way.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_recv_len: MAX_FRAME_LEN_BEFORE_HELLO,
            max_send_len: MAX_FRAME_LEN_BEFORE_HELLO,
        }
    }

    /// Accepts frames of up to `len` bytes from here on: what the own `Hello` announced.
    pub fn set_max_recv_len(&mut self, len: usize) {
        self.max_recv_len = len;
    }

    /// Sends frames of up to `len` bytes from here on: the peer's
    /// [`Hello::frame_limit`](super::Hello::frame_limit).
    pub fn set_max_send_len(&mut self, len: usize) {
        self.max_send_len = len;
    }
}

impl Default for FrameCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for FrameCodec {
    type Item = Frame;
    type Error = WireError;

    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        decode_next(src, self.max_recv_len)
    }

    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Frame>, WireError> {
        match self.decode(src)? {
            None if !src.is_empty() => Err(WireError::UnexpectedEof {
                received: src.len(),
            }),
            next => Ok(next),
        }
    }
}

impl Encoder<Frame> for FrameCodec {
    type Error = WireError;

    fn encode(&mut self, frame: Frame, dst: &mut BytesMut) -> Result<(), WireError> {
        encode_frame(&frame, self.max_send_len, dst)
    }
}

/// The body of the frame that begins at `at`, if all of it is there.
#[inline]
pub(super) fn frame_at(buf: &[u8], at: usize) -> Option<&[u8]> {
    let (prefix, rest) = buf.get(at..)?.split_first_chunk::<PREFIX_LEN>()?;
    rest.get(..usize::try_from(u32::from_le_bytes(*prefix)).ok()?)
}

/// Takes the next frame off the front of `buf`; `None` until all of it is there.
///
/// The payload of an event shares the memory of `buf`. While the frame is incomplete, `buf` gets
/// room in proportion to what has arrived, whatever the prefix claims.
pub(crate) fn decode_next(buf: &mut BytesMut, max_len: usize) -> Result<Option<Frame>, WireError> {
    let Some(&prefix) = buf.first_chunk::<PREFIX_LEN>() else {
        return Ok(None);
    };
    let len = usize::try_from(u32::from_le_bytes(prefix)).unwrap_or(usize::MAX);
    if len > max_len {
        let limit = max_len;
        return Err(WireError::FrameTooLarge { len, limit });
    }
    let arrived = buf.len() - PREFIX_LEN;
    if arrived < len {
        buf.reserve((len - arrived).min(arrived.max(MIN_RESERVE)));
        return Ok(None);
    }
    buf.advance(PREFIX_LEN);
    let body = buf.split_to(len).freeze();
    let frame = match plain_event::read(&body) {
        Some(event) => Frame {
            body: Some(FrameBody::Broadcast(event)),
        },
        None => Frame::decode(body)?,
    };
    Ok(Some(frame))
}

/// Appends `frame` and its length prefix to `out`, or nothing if it is too large for the peer.
pub(crate) fn encode_frame(
    frame: &Frame,
    max_len: usize,
    out: &mut BytesMut,
) -> Result<(), WireError> {
    if let Some(FrameBody::Broadcast(broadcast)) = &frame.body {
        let envelope = Envelope::from(broadcast);
        checked_prefix(envelope.frame_len(), max_len)?;
        envelope.put(out);
        return Ok(());
    }
    checked_prefix(frame.encoded_len(), max_len)?;
    put_frame(frame, out);
    Ok(())
}

/// Appends a frame whose length is known to fit its prefix.
pub(crate) fn put_frame(frame: &Frame, out: &mut BytesMut) {
    let len = frame.encoded_len();
    debug_assert!(u32::try_from(len).is_ok());
    out.reserve(PREFIX_LEN + len);
    out.put_u32_le(len as u32);
    frame.encode_raw(out);
}

fn checked_prefix(len: usize, max_len: usize) -> Result<u32, WireError> {
    match u32::try_from(len) {
        Ok(prefix) if len <= max_len => Ok(prefix),
        _ => Err(WireError::TooLargeForPeer {
            len,
            limit: max_len,
        }),
    }
}
