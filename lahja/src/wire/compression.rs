//! Payloads as raw snappy blocks, with the checks that a hostile one needs.

use bytes::Bytes;

use super::{Broadcast, Compression};

/// The most bytes that one byte of a snappy block can stand for: a copy of 64 bytes takes 3.
const MAX_RATIO: usize = 22;

/// Why a payload cannot be compressed or decompressed. It costs that event, not the connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// The payload is too large without compression. Nothing was allocated for it.
    #[error("a payload has {len} bytes uncompressed, the limit is {limit}")]
    TooLarge {
        /// Its uncompressed length, in bytes.
        len: usize,
        /// What is allowed, in bytes.
        limit: usize,
    },
    /// The payload is no snappy block.
    #[error("a payload is not valid snappy: {0}")]
    Corrupt(String),
    /// The payload is compressed in a way that this version does not know.
    #[error("a payload has the unknown compression {0}")]
    UnknownCompression(i32),
}

impl Broadcast {
    /// The payload as protobuf, decompressed where [`compression`](Self::compression) says so.
    ///
    /// # Errors
    ///
    /// If the algorithm is unknown, the block is invalid, or the result exceeds `max_len` bytes.
    pub fn uncompressed(&self, max_len: usize) -> Result<Bytes, PayloadError> {
        match Compression::try_from(self.compression) {
            Ok(Compression::Unspecified) => Ok(self.payload.clone()),
            Ok(Compression::Snappy) => decompress(&self.payload, max_len),
            Err(_) => Err(PayloadError::UnknownCompression(self.compression)),
        }
    }
}

/// Compresses a payload to a raw snappy block.
///
/// # Errors
///
/// [`PayloadError::TooLarge`] from 4 GiB on, which a snappy block cannot hold.
pub fn compress(payload: &[u8]) -> Result<Bytes, PayloadError> {
    snap::raw::Encoder::new()
        .compress_vec(payload)
        .map(Bytes::from)
        .map_err(|_| PayloadError::TooLarge {
            len: payload.len(),
            limit: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
        })
}

/// Decompresses a raw snappy block of at most `max_len` bytes.
///
/// Allocates only after the length that the block states has proved allowed and possible.
///
/// # Errors
///
/// If the block is invalid, or the result exceeds `max_len` bytes.
pub fn decompress(block: &[u8], max_len: usize) -> Result<Bytes, PayloadError> {
    let len = snap::raw::decompress_len(block).map_err(corrupt)?;
    if len > max_len {
        return Err(PayloadError::TooLarge {
            len,
            limit: max_len,
        });
    }
    if len > block.len().saturating_mul(MAX_RATIO) {
        let claim = format!("{len} bytes do not fit in a block of {}", block.len());
        return Err(PayloadError::Corrupt(claim));
    }
    snap::raw::Decoder::new()
        .decompress_vec(block)
        .map(Bytes::from)
        .map_err(corrupt)
}

fn corrupt(error: snap::Error) -> PayloadError {
    PayloadError::Corrupt(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 64 * 1024;

    fn corrupt(block: &[u8]) -> bool {
        matches!(decompress(block, LIMIT), Err(PayloadError::Corrupt(_)))
    }

    fn bomb(len: usize) -> Bytes {
        compress(&vec![0; len]).expect("64 KiB compress")
    }

    #[test]
    fn what_was_compressed_comes_back() {
        for payload in [&b""[..], b"a", &[7; 4_096], &[0; LIMIT]] {
            let block = compress(payload).expect("small payloads compress");
            assert_eq!(decompress(&block, LIMIT).as_deref(), Ok(payload));
        }
    }

    #[test]
    fn a_stated_length_over_the_limit_is_refused_from_the_header_alone() {
        assert_eq!(
            decompress(b"\xff\xff\xff\xff\x0f", LIMIT),
            Err(PayloadError::TooLarge {
                len: 0xffff_ffff,
                limit: LIMIT
            })
        );
    }

    #[test]
    fn a_stated_length_that_the_block_cannot_hold_is_refused_before_it_is_allocated() {
        let error = decompress(b"\xff\xff\xff\xff\x0f", usize::MAX);
        assert_eq!(
            error,
            Err(PayloadError::Corrupt(
                "4294967295 bytes do not fit in a block of 5".into()
            ))
        );
    }

    #[test]
    fn a_bomb_goes_off_up_to_the_limit_and_not_beyond() {
        let just_fits = bomb(LIMIT);
        assert!(
            LIMIT / just_fits.len() >= 21,
            "{} bytes are no bomb",
            just_fits.len()
        );
        assert_eq!(
            decompress(&just_fits, LIMIT).map(|bytes| bytes.len()),
            Ok(LIMIT)
        );
        assert_eq!(
            decompress(&bomb(LIMIT + 1), LIMIT),
            Err(PayloadError::TooLarge {
                len: LIMIT + 1,
                limit: LIMIT
            })
        );
    }

    #[test]
    fn a_literal_length_may_be_longer_than_needed_even_at_the_end_of_the_block() {
        for block in [
            &b"\x01\xf0\x00a"[..],
            b"\x01\xf4\x00\x00a",
            b"\x01\xf8\x00\x00\x00a",
            b"\x01\xfc\x00\x00\x00\x00a",
        ] {
            assert_eq!(
                decompress(block, LIMIT).as_deref(),
                Ok(&b"a"[..]),
                "{block:x?}"
            );
        }
    }

    #[test]
    fn what_is_no_block_is_an_error() {
        for (what, block) in [
            ("no header", &b""[..]),
            ("a header that does not end", b"\x80\x80"),
            ("a header of six bytes", b"\x81\x80\x80\x80\x80\x00a"),
            ("a header over 32 bits", b"\x80\x80\x80\x80\x10"),
            ("a copy of what is not there", b"\x04\x01\x01"),
            ("a copy from offset 0", b"\x05\x00a\x01\x00"),
            ("fewer bytes than stated", b"\x03\x00a"),
            ("more bytes than stated", b"\x01\x04ab"),
            ("a literal that is cut off", b"\x04\x0cab"),
            ("a copy that is cut off", b"\x05\x00a\x02"),
        ] {
            assert!(corrupt(block), "{what} was accepted: {block:x?}");
        }
    }
}
