//! `#[event(…)]`: its grammar, and what each place takes.

mod args;
mod doc;
mod encoding;
mod event;
mod field;
mod name;
mod none;

pub(crate) use args::Spanned;
pub(crate) use doc::Doc;
pub(crate) use encoding::{Encoding, Numeric};
pub(crate) use event::EventAttrs;
pub(crate) use field::FieldAttrs;
pub(crate) use name::NameAttrs;
pub(crate) use none::takes_none;
