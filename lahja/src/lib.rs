//! Typed events and requests between processes, over Unix sockets, with no broker.
//!
//! # Goals
//!
//! - An event is declared once, as a Rust struct or in a `.proto` file, and is the same on the wire:
//!   peers of any language that know its name and fields understand it.
//! - A request is bound to the type of its answer, which the compiler checks.
//! - Processes find each other by name. There is no daemon, and no port.
//! - Nothing is lost without a word, every request ends, every queue is bounded, and a slow handler
//!   slows only the senders of its own type.
//! - Mistakes get errors that name what they are about, and say what to do instead.
//!
//! # Non-goals
//!
//! - A broker, or anything that outlives the processes that talk.
//! - Persistence: an event is delivered at most once, to who subscribes when it is sent.
//! - Reconnecting behind the program's back.
//! - A protocol between machines, or a second async runtime beside [tokio](https://docs.rs/tokio).
//!   Windows: this version runs on Linux.
//!
//! # Example
//!
//! ```
//! use lahja::{Endpoint, Event, Received};
//!
//! #[derive(Clone, Debug, Default, PartialEq, Event)]
//! #[event(package = "chat.v1")]
//! struct MessagePosted {
//!     room: String,
//!     text: String,
//! }
//!
//! #[derive(Clone, Debug, Default, PartialEq, Event)]
//! #[event(package = "chat.v1", response = History)]
//! struct GetHistory {
//!     room: String,
//! }
//!
//! #[derive(Clone, Debug, Default, PartialEq, Event)]
//! #[event(package = "chat.v1")]
//! struct History {
//!     messages: Vec<MessagePosted>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> lahja::Result<()> {
//! // In memory. Across processes: `Endpoint::serve("bob")` in one, and in the other
//! // `Endpoint::new("alice")` with `alice.connect_to("bob")`.
//! let (alice, bob) = Endpoint::pair("alice", "bob").await?;
//!
//! let mut posts = bob.stream::<MessagePosted>()?;
//! let answers = bob.respond(|request: Received<GetHistory>| async move {
//!     let room = request.room.clone();
//!     let text = "hi".to_owned();
//!     History { messages: vec![MessagePosted { room, text }] }
//! })?;
//! answers.confirmed().await; // alice knows of both
//!
//! let history = alice.request(GetHistory { room: "rust".to_owned() }).await?;
//! assert_eq!(history.messages.len(), 1);
//!
//! let post = MessagePosted { room: "rust".to_owned(), text: "hello".to_owned() };
//! let sent = alice.broadcast(post).await?;
//! assert_eq!(sent.count(), 1);
//!
//! let post = posts.next().await.expect("bob has not stopped");
//! assert_eq!((post.origin(), post.text.as_str()), ("alice", "hello"));
//! # alice.stop().await;
//! # bob.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Where to go next
//!
//! - [`Endpoint`]: all that it does, in what order events arrive, how much memory peers can take.
//! - [`Event`](derive@Event): structs as events; [`Message`](derive@Message),
//!   [`Enumeration`](derive@Enumeration) and [`Oneof`](derive@Oneof) for what they contain.
//! - [`include_proto!`] and [`include_protos!`]: events from `.proto` files, which
//!   [lahja-build](https://docs.rs/lahja-build) compiles in `build.rs`.
//! - [`schema`]: `.proto` files from events, for programs in other languages.
//! - [`BroadcastConfig`]: to whom, by when, and what if there is nobody; [`EndpointBuilder`]: limits.
//! - [`Error`]: all that can go wrong.
//! - [`wire`]: the protocol's frames, for tools and for peers of one's own.
//!
//! What happens in the background (a peer that broke the protocol, a handler that panicked) is logged
//! with [tracing](https://docs.rs/tracing).
#![forbid(unsafe_code)]

// Generated and derived code names the crate `::lahja`, here as everywhere.
extern crate self as lahja;

mod cancel_flag;
mod config;
mod declaration;
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
pub mod schema;
mod steps;
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
    /// A field and a oneof as they are declared, beside [`Field`] and [`Oneof`] of the codecs.
    pub mod declare {
        pub use crate::declaration::{Event, Field, Item, Kind, Member, Oneof, Value};
    }

    pub use crate::declaration::{Declaration, Declared, Named, Shape};
    pub use crate::field::{
        Codec, Element, ElementCodec, Enumeration, Explicit, Field, FieldCodec, Fixed32, Fixed64,
        Implicit, Key, Map, MapEncoding, Message, Natural, Oneof, OneofField, Repeated, Sfixed32,
        Sfixed64, Sint32, Sint64, assert_disjoint, in_field, sorted,
    };
}
