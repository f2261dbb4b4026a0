//! What a Rust type says of the protobuf type that it is: the data that derived and generated code
//! gives, and [`schema`](crate::schema) reads.
//!
//! All of it is in constants, and what is long is behind a function in one. Neither is compiled
//! into a program that does not export.
#![allow(
    missing_docs,
    reason = "protobuf's own words, which only generated code writes"
)]

use std::any::{TypeId, type_name};

/// The protobuf type of one value.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    Bool,
    Bytes,
    Double,
    Fixed32,
    Fixed64,
    Float,
    Int32,
    Int64,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
    String,
    Uint32,
    Uint64,
    Message(Named),
    Enumeration(Named),
}

/// How often a field has a value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One that is there, be it the default.
    Implicit(Type),
    /// At most one.
    Explicit(Type),
    /// Any number.
    Repeated(Type),
    /// One for each key.
    Map(Type, Type),
}

/// A message or an enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub(crate) id: fn() -> TypeId,
    pub(crate) rust_name: fn() -> &'static str,
    pub(crate) declaration: fn() -> Declaration,
}

/// A type that says where it is declared, which every message and enumeration does.
pub trait Declared {
    const NAMED: Named;
}

impl<T: Declared> Declared for Box<T> {
    const NAMED: Named = T::NAMED;
}

impl Named {
    /// The Rust type `T`, which is declared like this.
    #[must_use]
    pub const fn of<T: 'static>(declaration: fn() -> Declaration) -> Self {
        Self {
            id: TypeId::of::<T>,
            rust_name: type_name::<T>,
            declaration,
        }
    }
}

/// Where the fields or values of a type are said.
#[derive(Debug)]
pub enum Declaration {
    /// Here, by a derive.
    Derived(Item),
    /// In a `.proto` file of those that `lahja-build` packed into `files`.
    InFile {
        name: &'static str,
        files: &'static [u8],
    },
    /// In the files of `google/protobuf/`, under this name.
    WellKnown(&'static str),
    /// Nowhere that can be read: the type is encoded by hand, or by prost alone.
    Unknown,
}

/// A derived message or enumeration.
#[derive(Debug)]
pub struct Item {
    pub doc: &'static str,
    /// `None` is the package of whoever has it in a field.
    pub package: Option<&'static str>,
    /// In the package; with dots if it is nested.
    pub name: &'static str,
    pub kind: Kind,
}

/// What an [`Item`] is.
#[derive(Debug)]
pub enum Kind {
    Message {
        event: Option<Event>,
        members: &'static [Member],
    },
    Enumeration(&'static [Value]),
}

/// What makes a message an event, beside its name.
#[derive(Debug)]
pub struct Event {
    /// If it does not follow from the name.
    pub type_id: Option<u64>,
    pub response: Option<Named>,
}

/// A field of a struct.
#[derive(Debug)]
pub enum Member {
    Field(Field),
    Oneof {
        doc: &'static str,
        name: &'static str,
        oneof: fn() -> Oneof,
    },
}

/// A field of a message, or of a oneof in it.
#[derive(Debug)]
pub struct Field {
    pub doc: &'static str,
    pub name: &'static str,
    pub number: u32,
    pub shape: Shape,
}

/// A oneof, whatever field of a struct it is.
#[derive(Debug)]
pub struct Oneof {
    pub doc: &'static str,
    pub fields: &'static [Field],
}

/// A value of an enumeration.
#[derive(Debug)]
pub struct Value {
    pub doc: &'static str,
    pub name: &'static str,
    pub number: i32,
}
