//! The numeric types of protobuf, which pack when they repeat.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};

use super::{Codec, Element, ElementCodec, Field, Implicit, Natural};
use crate::declaration::Type;

macro_rules! scalar {
    ($type:ty: $($encoding:ident => $codec:ident($module:ident)),+) => {
        $(
            impl Element<$encoding> for $type {
                type Codec = $codec;
            }

            impl Field<$encoding> for $type {
                type Codec = Implicit<$codec>;
            }

            codec!($type: $codec, $module);
        )+
    };
}

macro_rules! codec {
    ($type:ty: $codec:ident, $module:ident) => {
        #[doc = concat!("`", stringify!($module), "`.")]
        #[derive(Debug)]
        pub enum $codec {}

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
            const TYPE: Type = Type::$codec;

            fn initial() -> $type {
                <$type>::default()
            }

            fn encode_repeated(tag: u32, values: &[$type], buf: &mut impl BufMut) {
                encoding::$module::encode_packed(tag, values, buf);
            }

            fn merge_repeated(
                wire_type: WireType,
                values: &mut Vec<$type>,
                buf: &mut impl Buf,
                ctx: DecodeContext,
            ) -> Result<(), DecodeError> {
                encoding::$module::merge_repeated(wire_type, values, buf, ctx)
            }

            fn encoded_len_repeated(tag: u32, values: &[$type]) -> usize {
                encoding::$module::encoded_len_packed(tag, values)
            }
        }
    };
}

scalar!(bool: Natural => Bool(bool));
scalar!(f32: Natural => Float(float));
scalar!(f64: Natural => Double(double));
scalar!(i32: Natural => Int32(int32), Sint32 => Sint32(sint32), Sfixed32 => Sfixed32(sfixed32));
scalar!(i64: Natural => Int64(int64), Sint64 => Sint64(sint64), Sfixed64 => Sfixed64(sfixed64));
scalar!(u32: Natural => Uint32(uint32), Fixed32 => Fixed32(fixed32));
scalar!(u64: Natural => Uint64(uint64), Fixed64 => Fixed64(fixed64));
