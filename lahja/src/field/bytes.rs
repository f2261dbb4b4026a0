//! `string` and `bytes`, which never pack.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut, Bytes};
use prost::encoding::{self, DecodeContext, WireType};

use super::{Codec, Element, ElementCodec, Field, Implicit};

macro_rules! length_delimited {
    ($type:ty, $codec:ident, $module:ident, $encode:path) => {
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
                encoding::$module::merge(wire_type, value, buf, ctx)
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

length_delimited!(String, Text, string, encoding::string::encode);
length_delimited!(Vec<u8>, Octets, bytes, encoding::bytes::encode);
length_delimited!(Bytes, Octets, bytes, encode_bytes);

/// As prost does, which clones the value to write it: two atomic operations for each event.
fn encode_bytes(tag: u32, value: &Bytes, buf: &mut impl BufMut) {
    encoding::encode_key(tag, WireType::LengthDelimited, buf);
    encoding::encode_varint(value.len() as u64, buf);
    buf.put_slice(value);
}
