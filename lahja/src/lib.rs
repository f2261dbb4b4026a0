//! Typed events and requests between processes, over Unix sockets, with no broker.
#![forbid(unsafe_code)]

// Generated and derived code names the crate `::lahja`, here as everywhere.
extern crate self as lahja;

mod config;
mod driver;
mod endpoint;
mod error;
mod event;
mod field;
mod handles;
mod id_map;
mod link;
mod local;
mod macros;
mod options;
mod well_known;
pub mod wire;

pub use config::{BroadcastConfig, ConnectionConfig};
pub use endpoint::{
    ConnectionInfo, Endpoint, EndpointBuilder, IntoAnswer, Sent, Stopped, Unconfirmed,
};
pub use error::{Error, Rejection, Result};
pub use event::{Event, Request};
pub use handles::{EventStream, Received, Reply, Subscription};
pub use lahja_derive::{Enumeration, Event, Message, Oneof};
pub use wire::TypeId;
pub use {prost, prost_types};

/// What generated and derived code needs; not for people, and not under semver.
#[doc(hidden)]
pub mod __private {
    pub use crate::field::{
        Codec, Element, ElementCodec, Enumeration, Explicit, Field, Fixed32, Fixed64, Implicit,
        Key, Map, MapEncoding, Message, Natural, Oneof, OneofField, Repeated, Sfixed32, Sfixed64,
        Sint32, Sint64, assert_disjoint, in_field, sorted,
    };
}
