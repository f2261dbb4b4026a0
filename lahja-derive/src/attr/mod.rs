//! `#[event(…)]`: its grammar, and what each place takes.

mod args;
mod encoding;
mod event;
mod field;
mod none;

pub(crate) use args::Spanned;
pub(crate) use encoding::{Encoding, Numeric};
pub(crate) use event::EventAttrs;
pub(crate) use field::FieldAttrs;
pub(crate) use none::takes_none;
