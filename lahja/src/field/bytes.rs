//! `string` and `bytes`, which never pack.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut, Bytes};
use prost::encoding::{self, DecodeContext, WireType};

use super::{Codec, Element, ElementCodec, Field, Implicit};

macro_rules! length_delimited {
    ($type:ty, $codec:ident, $module:ident, $encode:path, $merge:path) => {
        impl Element for $type {
            type Codec = $codec;
        }

        impl Field for $type {
            type Codec = Implicit<$codec>;
        }

        impl Codec<$type> for $codec {
            fn encode(tag: u32, value: &$type, buf: &mut impl BufMut) {
                $encode(tag, value, buf);
            }

            fn merge(
                wire_type: WireType,
                value: &mut $type,
                buf: &mut impl Buf,
                ctx: DecodeContext,
            ) -> Result<(), DecodeError> {
                $merge(wire_type, value, buf, ctx)
            }

            fn encoded_len(tag: u32, value: &$type) -> usize {
                encoding::$module::encoded_len(tag, value)
            }
        }

        impl ElementCodec<$type> for $codec {
            fn initial() -> $type {
                <$type>::default()
            }
        }
    };
}

/// `string`.
#[derive(Debug)]
pub enum Text {}

/// `bytes`.
#[derive(Debug)]
pub enum Octets {}

length_delimited!(
    String,
    Text,
    string,
    encoding::string::encode,
    encoding::string::merge
);
length_delimited!(
    Vec<u8>,
    Octets,
    bytes,
    encoding::bytes::encode,
    encoding::bytes::merge
);
length_delimited!(Bytes, Octets, bytes, encode_bytes, merge_bytes);

/// Values up to this size are copied out of what they are decoded from, whether they could share it
/// or not, so that they do not keep it alive.
const COPIED: usize = 4 * 1024;

/// As prost does, which clones the value to write it: two atomic operations for each event.
fn encode_bytes(tag: u32, value: &Bytes, buf: &mut impl BufMut) {
    encoding::encode_key(tag, WireType::LengthDelimited, buf);
    encoding::encode_varint(value.len() as u64, buf);
    buf.put_slice(value);
}

/// As prost does, but that a small value is copied at once, without a buffer that could grow.
fn merge_bytes(
    wire_type: WireType,
    value: &mut Bytes,
    buf: &mut impl Buf,
    ctx: DecodeContext,
) -> Result<(), DecodeError> {
    if let (WireType::LengthDelimited, Some((copied, len))) = (wire_type, copy_small(buf.chunk())) {
        *value = copied;
        buf.advance(len);
        return Ok(());
    }
    encoding::bytes::merge(wire_type, value, buf, ctx)
}

/// A small value at the front of `bytes`, and how many of them it takes with its length.
fn copy_small(bytes: &[u8]) -> Option<(Bytes, usize)> {
    let mut rest = bytes;
    let len = usize::try_from(encoding::decode_varint(&mut rest).ok()?).ok()?;
    let value = rest.get(..len).filter(|_| len <= COPIED)?;
    let taken = bytes.len() - rest.len() + len;
    Some((Bytes::copy_from_slice(value), taken))
}
