//! How large a frame may be, in bytes of the body, without the 4-byte length before it.

use super::{Hello, WireError};

/// The largest frame before the receiver's `Hello` has said otherwise, and the least that a
/// `Hello` may announce: 64 KiB.
pub const MAX_FRAME_LEN_BEFORE_HELLO: usize = 64 * 1024;

/// The largest frame that a `Hello` announces which names no limit: 16 MiB.
pub const DEFAULT_MAX_FRAME_LEN: usize = 16 * 1024 * 1024;

/// Payloads, and fields of bytes, up to this size are copied out of what they were read into: so
/// that something small that waits does not keep a large buffer alive. Larger ones share it.
pub(crate) const COPIED: usize = 4 * 1024;

impl Hello {
    /// The largest frame that the sender of this `Hello` accepts, in bytes.
    ///
    /// # Errors
    ///
    /// [`WireError::FrameLimitTooLow`] if it announces less than
    /// [`MAX_FRAME_LEN_BEFORE_HELLO`].
    pub fn frame_limit(&self) -> Result<usize, WireError> {
        match usize::try_from(self.max_frame_len).unwrap_or(usize::MAX) {
            0 => Ok(DEFAULT_MAX_FRAME_LEN),
            announced if announced < MAX_FRAME_LEN_BEFORE_HELLO => {
                Err(WireError::FrameLimitTooLow { announced })
            }
            announced => Ok(announced),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcing(max_frame_len: u32) -> Hello {
        Hello {
            max_frame_len,
            ..Hello::default()
        }
    }

    #[test]
    fn a_hello_without_a_limit_announces_the_default() {
        assert_eq!(announcing(0).frame_limit().ok(), Some(16_777_216));
    }

    #[test]
    fn a_limit_counts_from_64_kib_on() {
        assert_eq!(announcing(65_536).frame_limit().ok(), Some(65_536));
        let refused = announcing(65_535).frame_limit();
        assert!(
            matches!(
                refused,
                Err(WireError::FrameLimitTooLow { announced: 65_535 })
            ),
            "{refused:?}"
        );
    }
}
