//! `string` and `bytes`, which never pack.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut, Bytes};
use prost::encoding::{DecodeContext, WireType, bytes, string};

use super::{Codec, Element, ElementCodec, Field, Implicit};
use crate::declaration::Type;

macro_rules! length_delimited {
    ($type:ty, $codec:ident, $module:ident, $protobuf:ident) => {
        impl Element for $type {
            type Codec = $codec;
        }

        impl Field for $type {
            type Codec = Implicit<$codec>;
        }

        impl Codec<$type> for $codec {
            fn encode(tag: u32, value: &$type, buf: &mut impl BufMut) {
                $module::encode(tag, value, buf);
            }

            fn merge(
                wire_type: WireType,
                value: &mut $type,
                buf: &mut impl Buf,
                ctx: DecodeContext,
            ) -> Result<(), DecodeError> {
                $module::merge(wire_type, value, buf, ctx)
            }

            fn encoded_len(tag: u32, value: &$type) -> usize {
                $module::encoded_len(tag, value)
            }
        }

        impl ElementCodec<$type> for $codec {
            const TYPE: Type = Type::$protobuf;

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

length_delimited!(String, Text, string, String);
length_delimited!(Vec<u8>, Octets, bytes, Bytes);
length_delimited!(Bytes, Octets, shared_bytes, Bytes);

/// `bytes` whose memory may be shared: as prost has them, but for what small ones cost.
mod shared_bytes {
    use prost::DecodeError;
    use prost::bytes::{Buf, BufMut, Bytes};
    pub(super) use prost::encoding::bytes::encoded_len;
    use prost::encoding::{
        DecodeContext, WireType, bytes, decode_varint, encode_key, encode_varint,
    };

    use crate::wire::COPIED;

    /// Without the clone that prost makes, which is two atomic operations for each event.
    pub(super) fn encode(tag: u32, value: &Bytes, buf: &mut impl BufMut) {
        encode_key(tag, WireType::LengthDelimited, buf);
        encode_varint(value.len() as u64, buf);
        buf.put_slice(value);
    }

    /// A small value is copied at once, without a buffer that could grow.
    pub(super) fn merge(
        wire_type: WireType,
        value: &mut Bytes,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        if wire_type == WireType::LengthDelimited {
            if let Some((copied, taken)) = copy_small(buf.chunk()) {
                *value = copied;
                buf.advance(taken);
                return Ok(());
            }
        }
        bytes::merge(wire_type, value, buf, ctx)
    }

    /// A small value at the front, and how many bytes it takes with its length.
    fn copy_small(front: &[u8]) -> Option<(Bytes, usize)> {
        let mut rest = front;
        let len = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
        let value = rest.get(..len).filter(|_| len <= COPIED)?;
        let taken = front.len() - rest.len() + len;
        Some((Bytes::copy_from_slice(value), taken))
    }
}
