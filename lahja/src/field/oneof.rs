//! Oneofs: several numbers of a message, of which at most one is there.

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{DecodeContext, WireType};

use crate::declaration;

/// What `#[derive(lahja::Oneof)]` implements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no oneof",
    label = "under `#[event(oneof)]`",
    note = "write `#[derive(lahja::Oneof)]` on the enum"
)]
pub trait Oneof: Sized {
    /// The numbers that it takes of its message, in the variants' order; at least one.
    const TAGS: &'static [u32];

    /// What it is in a `.proto` file.
    const DECLARATION: fn() -> declaration::Oneof;

    /// Writes the variant's key and value.
    fn encode(&self, buf: &mut impl BufMut);

    /// Reads a value of one of [`TAGS`](Self::TAGS) into `oneof`: into the variant that is there
    /// if it has this number, else in its place.
    ///
    /// # Errors
    ///
    /// When the bytes are not a value of that variant.
    fn merge(
        oneof: &mut Option<Self>,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError>;

    /// How many bytes [`encode`](Self::encode) writes.
    fn encoded_len(&self) -> usize;
}

/// The type of a field under `#[event(oneof)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a oneof field",
    label = "under `#[event(oneof)]`",
    note = "write `Option<O>`, with `#[derive(lahja::Oneof)]` on the enum `O`"
)]
pub trait OneofField: Default {
    /// The numbers that it takes of its message.
    const TAGS: &'static [u32];

    /// The lowest of them, which says where among the message's fields it is written.
    const FIRST: u32 = lowest(Self::TAGS);

    /// See [`Oneof::DECLARATION`].
    const DECLARATION: fn() -> declaration::Oneof;

    /// See [`Oneof::encode`].
    fn encode(&self, buf: &mut impl BufMut);

    /// See [`Oneof::merge`].
    ///
    /// # Errors
    ///
    /// When the bytes are not a value of the variant.
    fn merge(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError>;

    /// See [`Oneof::encoded_len`].
    fn encoded_len(&self) -> usize;
}

impl<O: Oneof> OneofField for Option<O> {
    const TAGS: &'static [u32] = O::TAGS;
    const DECLARATION: fn() -> declaration::Oneof = O::DECLARATION;

    fn encode(&self, buf: &mut impl BufMut) {
        if let Some(oneof) = self {
            oneof.encode(buf);
        }
    }

    fn merge(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        O::merge(self, tag, wire_type, buf, ctx)
    }

    fn encoded_len(&self) -> usize {
        self.as_ref().map_or(0, O::encoded_len)
    }
}

const fn lowest(tags: &[u32]) -> u32 {
    let mut lowest = tags[0];
    let mut at = 1;
    while at < tags.len() {
        if tags[at] < lowest {
            lowest = tags[at];
        }
        at += 1;
    }
    lowest
}

/// The order in which a message with oneofs writes its fields.
#[must_use]
pub const fn sorted<const N: usize>(mut tags: [u32; N]) -> [u32; N] {
    let mut end = 1;
    while end < N {
        let mut at = end;
        while at > 0 && tags[at - 1] > tags[at] {
            (tags[at - 1], tags[at]) = (tags[at], tags[at - 1]);
            at -= 1;
        }
        end += 1;
    }
    tags
}

/// Makes a number that two fields share an error of compilation.
///
/// # Panics
///
/// If the sets have a number in common.
#[track_caller]
pub const fn assert_disjoint(oneof: &[u32], others: &[u32]) {
    let mut at = 0;
    while at < oneof.len() * others.len() {
        assert!(
            oneof[at / others.len()] != others[at % others.len()],
            "a variant of this oneof has the number of another field: every number is used once in \
             a message"
        );
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{assert_disjoint, lowest, sorted};

    #[test]
    fn fields_are_written_in_the_order_of_their_numbers() {
        assert_eq!(sorted([]), [0; 0]);
        assert_eq!(sorted([7, 1, 3, 2]), [1, 2, 3, 7]);
        assert_eq!(lowest(&[7, 3, 5]), 3);
    }

    #[test]
    fn sets_without_a_common_number_are_disjoint() {
        assert_disjoint(&[1, 2], &[]);
        assert_disjoint(&[], &[1]);
        assert_disjoint(&[1, 2], &[3, 4]);
    }

    #[test]
    #[should_panic(expected = "the number of another field")]
    fn sets_with_a_common_number_are_not() {
        assert_disjoint(&[1, 2], &[3, 2]);
    }
}
