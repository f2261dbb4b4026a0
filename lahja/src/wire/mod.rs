//! The wire: what bytes two endpoints exchange, and nothing about when.
//!
//! Public for tools and for peers that speak the protocol raw. The schema is
//! `proto/lahja_wire.proto`, the words are in `proto/README.md`.

mod frame;
mod type_id;

pub use frame::{
    Broadcast, Cancel, Compression, Credit, EventType, Failure, FailureCode, Frame, FrameBody,
    Goodbye, GoodbyeReason, Grant, Hello, Subscriptions, SubscriptionsAck,
};
pub use type_id::TypeId;
