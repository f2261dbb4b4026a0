//! Which protobuf type a Rust type is: the traits that derived code resolves its fields through.
//!
//! A field's encoding follows from its type, not from how the type is spelled, so aliases work.
//! [`Field`] and [`Element`] are tables from a type, and the encoding that an attribute chose, to
//! a [`Codec`]; the codecs hold the bytes, most of them by delegating to `prost::encoding`, and
//! what the type is in a `.proto` file.

mod bytes;
mod codec;
mod container;
mod enumeration;
mod map;
mod message;
mod oneof;
mod scalar;

pub use codec::{Codec, ElementCodec, FieldCodec};
pub use container::{Explicit, Implicit, Repeated};
pub use enumeration::Enumeration;
pub use map::{Key, Map, MapEncoding};
pub use message::{Message, in_field};
pub use oneof::{Oneof, OneofField, assert_disjoint, sorted};
pub use scalar::{Fixed32, Fixed64, Sfixed32, Sfixed64, Sint32, Sint64};

/// The encoding of a field whose attribute names none.
#[derive(Debug)]
pub enum Natural {}

/// A type that a message's field can have, under the encoding `E`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a protobuf field",
    label = "not the type of a protobuf field, or not with this encoding",
    note = "a message is written `Option<M>`, or `Option<Box<M>>` where it contains itself: protobuf may leave it out",
    note = "a oneof is written `Option<O>` under `#[event(oneof)]`",
    note = "`u8`, `u16`, `i8`, `i16`, `usize` and `char` have no protobuf type: use `u32`, `i32` or `u64`",
    note = "`sint32` and `sfixed32` are `i32`, `fixed32` is `u32`, `sint64` and `sfixed64` are `i64`, `fixed64` is `u64`"
)]
pub trait Field<E = Natural>: Default {
    /// How the field is written.
    type Codec: FieldCodec<Self>;
}

/// A type that can repeat: in `Option<T>`, in `Vec<T>`, as a map's value, in a oneof.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a protobuf value",
    label = "neither scalar, message nor enumeration, or not with this encoding",
    note = "derive `lahja::Message` on a struct, `lahja::Enumeration` on an enum of numbers",
    note = "a oneof stands alone: `Option<O>` under `#[event(oneof)]`",
    note = "protobuf has no lists of lists, maps or options, and no `u8`, `u16`, `i8`, `i16`, `usize`, `char`",
    note = "`sint32` and `sfixed32` are `i32`, `fixed32` is `u32`, `sint64` and `sfixed64` are `i64`, `fixed64` is `u64`"
)]
pub trait Element<E = Natural>: Sized {
    /// How one value, and many of them, are written.
    type Codec: ElementCodec<Self>;
}
