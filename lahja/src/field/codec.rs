//! What it takes to write a value under a field number, and to read it back.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{DecodeContext, WireType};

use crate::declaration::{Shape, Type};

/// Writes and reads values of type `T`, as the modules of `prost::encoding` do.
pub trait Codec<T> {
    /// Writes the field's key and the value.
    fn encode(tag: u32, value: &T, buf: &mut impl BufMut);

    /// Reads what follows the key into `value`.
    ///
    /// # Errors
    ///
    /// When the bytes are not a value of this type.
    fn merge(
        wire_type: WireType,
        value: &mut T,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError>;

    /// How many bytes [`encode`](Self::encode) writes.
    fn encoded_len(tag: u32, value: &T) -> usize;
}

/// A codec of what can be a field.
pub trait FieldCodec<T>: Codec<T> {
    /// What the field is in a `.proto` file.
    const SHAPE: Shape;
}

/// A codec of what can repeat. Unless said otherwise each value has a key of its own; the numeric
/// codecs pack.
pub trait ElementCodec<T>: Codec<T> {
    /// What a value is in a `.proto` file.
    const TYPE: Type;

    /// What a value is before anything of it is read.
    fn initial() -> T;

    /// Writes all values.
    fn encode_repeated(tag: u32, values: &[T], buf: &mut impl BufMut) {
        for value in values {
            Self::encode(tag, value, buf);
        }
    }

    /// Reads one value, or a packed run of them, and appends.
    ///
    /// # Errors
    ///
    /// When the bytes are not of this type.
    fn merge_repeated(
        wire_type: WireType,
        values: &mut Vec<T>,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        let mut value = Self::initial();
        Self::merge(wire_type, &mut value, buf, ctx)?;
        values.push(value);
        Ok(())
    }

    /// How many bytes [`encode_repeated`](Self::encode_repeated) writes.
    fn encoded_len_repeated(tag: u32, values: &[T]) -> usize {
        values
            .iter()
            .map(|value| Self::encoded_len(tag, value))
            .sum()
    }
}
