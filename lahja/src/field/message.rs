//! Messages as values of other messages, and what derived messages share.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};

use super::{Codec, Element, ElementCodec};
use crate::declaration::{Declared, Type};

/// A message. [`__message!`](crate::__message) makes a type an [`Element`] through it.
#[derive(Debug)]
pub enum Message {}

impl<M: prost::Message> Codec<M> for Message {
    fn encode(tag: u32, value: &M, buf: &mut impl BufMut) {
        encoding::message::encode(tag, value, buf);
    }

    fn merge(
        wire_type: WireType,
        value: &mut M,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        encoding::message::merge(wire_type, value, buf, ctx)
    }

    fn encoded_len(tag: u32, value: &M) -> usize {
        encoding::message::encoded_len(tag, value)
    }
}

impl<M: prost::Message + Default + Declared> ElementCodec<M> for Message {
    const TYPE: Type = Type::Message(M::NAMED);

    /// A message without any field set. Its `Default` may say otherwise, and what is not on the
    /// wire must not come from there.
    fn initial() -> M {
        let mut message = M::default();
        message.clear();
        message
    }
}

impl<M> Element for Box<M>
where
    M: Element<Codec = Message> + prost::Message + Default + Declared,
{
    type Codec = Message;
}

/// Tells a decoding error where it happened.
pub fn in_field(
    message: &'static str,
    field: &'static str,
) -> impl FnOnce(DecodeError) -> DecodeError {
    move |mut error| {
        error.push(message, field);
        error
    }
}
