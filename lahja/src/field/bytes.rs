//! `string` and `bytes`, which never pack.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut, Bytes};
use prost::encoding::{self, DecodeContext, WireType};

use super::{Codec, Element, ElementCodec, Field, Implicit};

macro_rules! length_delimited {
    ($type:ty, $codec:ident, $module:ident) => {
        impl Element for $type {
            type Codec = $codec;
        }

        impl Field for $type {
            type Codec = Implicit<$codec>;
        }

        impl Codec<$type> for $codec {
            fn encode(tag: u32, value: &$type, buf: &mut impl BufMut) {
                encoding::$module::encode(tag, value, buf);
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

length_delimited!(String, Text, string);
length_delimited!(Vec<u8>, Octets, bytes);
length_delimited!(Bytes, Octets, bytes);
