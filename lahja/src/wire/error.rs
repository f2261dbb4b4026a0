//! What can be wrong with a stream of frames.

use std::io;

use super::{GoodbyeReason, NameError};

/// Why a stream of frames cannot go on, or a frame cannot be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The peer began a frame that is larger than this side accepts.
    #[error("a frame of {len} bytes came in, the limit is {limit}")]
    FrameTooLarge {
        /// The length that the frame states, in bytes.
        len: usize,
        /// What this side accepts, in bytes.
        limit: usize,
    },
    /// A frame to be sent is larger than the peer accepts. Nothing was written; the stream is
    /// as good as before.
    #[error("a frame to be sent has {len} bytes, the peer accepts {limit}")]
    TooLargeForPeer {
        /// The length of the frame, in bytes.
        len: usize,
        /// What the peer accepts, in bytes.
        limit: usize,
    },
    /// A frame is not what `lahja_wire.proto` says.
    #[error("a frame does not decode: {0}")]
    Malformed(#[from] prost::DecodeError),
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame, after {received} bytes of it")]
    UnexpectedEof {
        /// How much of the frame had come, its length prefix included, in bytes.
        received: usize,
    },
    /// A `Hello` or a `Subscriptions` carries a name that is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A frame breaks this rule, which it can by itself.
    #[error("a frame breaks a rule: {0}")]
    BrokenRule(&'static str),
    /// A `Hello` announces a frame limit under
    /// [`MAX_FRAME_LEN_BEFORE_HELLO`](super::MAX_FRAME_LEN_BEFORE_HELLO).
    #[error("the peer accepts frames of {announced} bytes at most, 65536 is the least allowed")]
    FrameLimitTooLow {
        /// What the `Hello` says, in bytes.
        announced: usize,
    },
    /// The stream itself failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl WireError {
    /// What to tell the peer in the `Goodbye`.
    ///
    /// [`GoodbyeReason::Unspecified`] where the peer is not to blame: the stream failed, or the
    /// frame was this side's.
    #[must_use]
    pub fn reason(&self) -> GoodbyeReason {
        match self {
            Self::FrameTooLarge { .. } => GoodbyeReason::FrameTooLarge,
            Self::Malformed(_)
            | Self::UnexpectedEof { .. }
            | Self::Name(_)
            | Self::BrokenRule(_)
            | Self::FrameLimitTooLow { .. } => GoodbyeReason::ProtocolError,
            Self::TooLargeForPeer { .. } | Self::Io(_) => GoodbyeReason::Unspecified,
        }
    }
}
