//! The wire: what bytes two endpoints exchange, and nothing about when.
//!
//! Public for tools and for peers that speak the protocol raw. The schema is
//! `proto/lahja_wire.proto`, the words are in `proto/README.md`.

mod check;
pub(crate) mod codec;
mod compression;
mod error;
mod event_fields;
pub(crate) mod event_frame;
mod frame;
mod limits;
mod names;
mod plain_event;
pub(crate) mod run;
mod type_id;

pub use codec::FrameCodec;
pub use compression::{PayloadError, compress, decompress};
pub use error::WireError;
pub use frame::{
    Broadcast, Cancel, Compression, Credit, EventType, Failure, FailureCode, Frame, FrameBody,
    Goodbye, GoodbyeReason, Grant, Hello, Subscriptions, SubscriptionsAck,
};
pub(crate) use limits::COPIED;
pub use limits::{DEFAULT_MAX_FRAME_LEN, MAX_FRAME_LEN_BEFORE_HELLO};
pub use names::{NameError, check_endpoint_name, check_event_name};
pub use type_id::TypeId;
