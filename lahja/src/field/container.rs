//! How often a field is there: at most once without a trace of its default, at most once with
//! one, or any number of times.

use std::marker::PhantomData;

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{DecodeContext, WireType};

use super::{Codec, Element, ElementCodec, Field, FieldCodec};
use crate::declaration::Shape;

/// A field that is left out while it has its default, as a plain field of proto3 is.
#[derive(Debug)]
pub struct Implicit<C>(PhantomData<C>);

/// A field that is there or not, whatever its value: `optional`, or a message.
#[derive(Debug)]
pub struct Explicit<C>(PhantomData<C>);

/// A `repeated` field.
#[derive(Debug)]
pub struct Repeated<C>(PhantomData<C>);

impl<T: Element<E>, E> Field<E> for Option<T> {
    type Codec = Explicit<T::Codec>;
}

impl<T: Element<E>, E> Field<E> for Vec<T> {
    type Codec = Repeated<T::Codec>;
}

impl<T: Default + PartialEq, C: Codec<T>> Codec<T> for Implicit<C> {
    fn encode(tag: u32, value: &T, buf: &mut impl BufMut) {
        if *value != T::default() {
            C::encode(tag, value, buf);
        }
    }

    fn merge(
        wire_type: WireType,
        value: &mut T,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        C::merge(wire_type, value, buf, ctx)
    }

    fn encoded_len(tag: u32, value: &T) -> usize {
        if *value == T::default() {
            return 0;
        }
        C::encoded_len(tag, value)
    }
}

impl<T: Default + PartialEq, C: ElementCodec<T>> FieldCodec<T> for Implicit<C> {
    const SHAPE: Shape = Shape::Implicit(C::TYPE);
}

impl<T, C: ElementCodec<T>> Codec<Option<T>> for Explicit<C> {
    fn encode(tag: u32, value: &Option<T>, buf: &mut impl BufMut) {
        if let Some(value) = value {
            C::encode(tag, value, buf);
        }
    }

    fn merge(
        wire_type: WireType,
        value: &mut Option<T>,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        C::merge(wire_type, value.get_or_insert_with(C::initial), buf, ctx)
    }

    fn encoded_len(tag: u32, value: &Option<T>) -> usize {
        value.as_ref().map_or(0, |value| C::encoded_len(tag, value))
    }
}

impl<T, C: ElementCodec<T>> FieldCodec<Option<T>> for Explicit<C> {
    const SHAPE: Shape = Shape::Explicit(C::TYPE);
}

impl<T, C: ElementCodec<T>> Codec<Vec<T>> for Repeated<C> {
    fn encode(tag: u32, values: &Vec<T>, buf: &mut impl BufMut) {
        C::encode_repeated(tag, values, buf);
    }

    fn merge(
        wire_type: WireType,
        values: &mut Vec<T>,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        C::merge_repeated(wire_type, values, buf, ctx)
    }

    fn encoded_len(tag: u32, values: &Vec<T>) -> usize {
        C::encoded_len_repeated(tag, values)
    }
}

impl<T, C: ElementCodec<T>> FieldCodec<Vec<T>> for Repeated<C> {
    const SHAPE: Shape = Shape::Repeated(C::TYPE);
}
