//! Enumerations, typed in the struct and numbers on the wire.

use std::any::type_name;

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};

use super::{Codec, ElementCodec};
use crate::declaration::{Declared, Type};

/// An enumeration. [`__enumeration!`](crate::__enumeration) makes a type a field through it.
///
/// A number that the type does not have is an error: it can neither be kept nor be passed off as
/// another. Where later versions may add numbers, the field is an `i32`, which has the same bytes.
#[derive(Debug)]
pub enum Enumeration {}

impl<T: Copy + Into<i32> + TryFrom<i32>> Codec<T> for Enumeration {
    fn encode(tag: u32, value: &T, buf: &mut impl BufMut) {
        encoding::int32::encode(tag, &(*value).into(), buf);
    }

    fn merge(
        wire_type: WireType,
        value: &mut T,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        let mut number = 0;
        encoding::int32::merge(wire_type, &mut number, buf, ctx)?;
        *value = T::try_from(number).map_err(|_| unknown::<T>(number))?;
        Ok(())
    }

    fn encoded_len(tag: u32, value: &T) -> usize {
        encoding::int32::encoded_len(tag, &(*value).into())
    }
}

impl<T> ElementCodec<T> for Enumeration
where
    T: Copy + Default + Into<i32> + TryFrom<i32> + Declared,
{
    const TYPE: Type = Type::Enumeration(T::NAMED);

    fn initial() -> T {
        T::default()
    }

    fn encode_repeated(tag: u32, values: &[T], buf: &mut impl BufMut) {
        if values.is_empty() {
            return;
        }
        encoding::encode_key(tag, WireType::LengthDelimited, buf);
        encoding::encode_varint(packed_len(values) as u64, buf);
        for value in values {
            encoding::encode_varint(varint(*value), buf);
        }
    }

    fn merge_repeated(
        wire_type: WireType,
        values: &mut Vec<T>,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        let mut push = |wire_type, buf: &mut _, ctx| {
            let mut value = T::default();
            Self::merge(wire_type, &mut value, buf, ctx)?;
            values.push(value);
            Ok(())
        };
        if wire_type != WireType::LengthDelimited {
            return push(wire_type, buf, ctx);
        }
        encoding::merge_loop(&mut (), buf, ctx, |(), buf, ctx| {
            push(WireType::Varint, buf, ctx)
        })
    }

    fn encoded_len_repeated(tag: u32, values: &[T]) -> usize {
        if values.is_empty() {
            return 0;
        }
        let len = packed_len(values);
        encoding::key_len(tag) + encoding::encoded_len_varint(len as u64) + len
    }
}

fn packed_len<T: Copy + Into<i32>>(values: &[T]) -> usize {
    values
        .iter()
        .map(|value| encoding::encoded_len_varint(varint(*value)))
        .sum()
}

/// The number as it is on the wire: negative ones are sign-extended to 64 bits.
fn varint(value: impl Into<i32>) -> u64 {
    i64::from(value.into()) as u64
}

// prost has no other constructor that takes a text.
#[allow(deprecated)]
fn unknown<T>(number: i32) -> DecodeError {
    DecodeError::new(format!(
        "{} has no value {number}; a field of type i32 takes any",
        short_name::<T>()
    ))
}

fn short_name<T>() -> &'static str {
    let path = type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}
