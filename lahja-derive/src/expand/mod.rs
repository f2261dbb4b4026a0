//! The impls of valid items.

mod codec;
mod declaration;
mod enumeration;
mod event;
mod message;
mod oneof;

pub(crate) use enumeration::enumeration;
pub(crate) use event::event;
pub(crate) use message::message;
pub(crate) use oneof::oneof;
