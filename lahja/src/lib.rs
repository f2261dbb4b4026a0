//! Typed events and requests between processes, over Unix sockets, with no broker.
#![forbid(unsafe_code)]

// Generated and derived code names the crate `::lahja`, here as everywhere.
extern crate self as lahja;

mod event;
mod macros;
mod well_known;
pub mod wire;

pub use event::{Event, Request};
pub use wire::TypeId;
pub use {prost, prost_types};

/// What generated and derived code needs; not for people, and not under semver.
#[doc(hidden)]
pub mod __private {}
