//! The models: what the items say, with names, numbers and types, and nothing of how it is
//! written out.

mod enumeration;
mod event;
mod field;
mod message;
mod name;
mod oneof;

pub(crate) use enumeration::Enumeration;
pub(crate) use event::Event;
pub(crate) use field::{Field, FieldKind};
pub(crate) use message::{Message, MessageEncoding};
pub(crate) use name::Name;
pub(crate) use oneof::{Oneof, Variant};
