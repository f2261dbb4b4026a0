//! The frames of `lahja_wire.proto`, field for field.
//!
//! Written by hand, so that whoever builds lahja compiles no .proto for it; a test compares each
//! message with the schema.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::{Enumeration, Message, Oneof};

/// One unit of the stream.
#[derive(Clone, PartialEq, Message)]
pub struct Frame {
    /// What it says; `None` for a kind that a later version added, which is ignored.
    #[prost(oneof = "FrameBody", tags = "1, 2, 3, 4, 5, 6, 7, 8")]
    pub body: Option<FrameBody>,
}

/// The kinds of frames.
#[derive(Clone, PartialEq, Oneof)]
pub enum FrameBody {
    /// Opens a connection.
    #[prost(message, tag = "1")]
    Hello(Hello),
    /// Changes what the sender wants to receive.
    #[prost(message, tag = "2")]
    Subscriptions(Subscriptions),
    /// Says that such a change holds.
    #[prost(message, tag = "3")]
    SubscriptionsAck(SubscriptionsAck),
    /// An event, a request or an answer.
    #[prost(message, tag = "4")]
    Broadcast(Broadcast),
    /// Ends a request without an answer.
    #[prost(message, tag = "5")]
    Failure(Failure),
    /// Ends the connection.
    #[prost(message, tag = "6")]
    Goodbye(Goodbye),
    /// Widens windows.
    #[prost(message, tag = "7")]
    Credit(Credit),
    /// Says that an answer is no longer waited for.
    #[prost(message, tag = "8")]
    Cancel(Cancel),
}

impl Frame {
    /// Whether it is a request, or an answer to one.
    pub(crate) fn is_exchanged(&self) -> bool {
        match &self.body {
            Some(FrameBody::Broadcast(it)) => it.request_id != 0 || it.response_to != 0,
            Some(FrameBody::Failure(_)) => true,
            _ => false,
        }
    }
}

/// The first frame of each side.
#[derive(Clone, PartialEq, Message)]
pub struct Hello {
    /// The highest version that the sender speaks; now 1.
    #[prost(uint32, tag = "1")]
    pub protocol_version: u32,
    /// The sender's endpoint name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Random, not 0, new at every start.
    #[prost(fixed64, tag = "3")]
    pub instance: u64,
    /// The largest frame that the sender accepts, in bytes; 0 means 16 MiB.
    #[prost(uint32, tag = "4")]
    pub max_frame_len: u32,
    /// What the sender can decompress.
    #[prost(enumeration = "Compression", repeated, tag = "5")]
    pub compressions: Vec<i32>,
    /// Program and version, for people: `lahja-rust/0.1.0`.
    #[prost(string, tag = "6")]
    pub agent: String,
}

/// How a payload is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
pub enum Compression {
    /// Not at all.
    Unspecified = 0,
    /// A raw snappy block, no framing.
    Snappy = 1,
}

/// An event type that the sender wants to receive.
#[derive(Clone, PartialEq, Message)]
pub struct EventType {
    /// Its type ID.
    #[prost(fixed64, tag = "1")]
    pub id: u64,
    /// Its full protobuf name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// How many bytes of it may be under way; 0 means no window.
    #[prost(uint64, tag = "4")]
    pub window: u64,
}

/// A change of what the sender wants to receive. Removals apply before additions.
#[derive(Clone, PartialEq, Message)]
pub struct Subscriptions {
    /// 1, 2, 3, … per connection and direction.
    #[prost(uint64, tag = "1")]
    pub revision: u64,
    /// Types wanted from now on.
    #[prost(message, repeated, tag = "2")]
    pub added: Vec<EventType>,
    /// IDs of types not wanted any more.
    #[prost(fixed64, repeated, tag = "3")]
    pub removed: Vec<u64>,
    /// Revision 1 goes on in the next frame.
    #[prost(bool, tag = "4")]
    pub more: bool,
}

/// Acknowledges changes of subscriptions.
#[derive(Clone, PartialEq, Message)]
pub struct SubscriptionsAck {
    /// This one and all before it.
    #[prost(uint64, tag = "1")]
    pub revision: u64,
}

/// An event, a request or an answer.
#[derive(Clone, PartialEq, Message)]
pub struct Broadcast {
    /// The type of the event.
    #[prost(fixed64, tag = "1")]
    pub type_id: u64,
    /// The event, protobuf-encoded, then compressed.
    #[prost(bytes = "bytes", tag = "2")]
    pub payload: Bytes,
    /// How the payload is compressed.
    #[prost(enumeration = "Compression", tag = "3")]
    pub compression: i32,
    /// Not 0: a request, to be answered under this number.
    #[prost(uint64, tag = "4")]
    pub request_id: u64,
    /// Not 0: the answer to the request of this number.
    #[prost(uint64, tag = "5")]
    pub response_to: u64,
    /// What the sender adds to the event, such as `traceparent`.
    #[prost(btree_map = "string, string", tag = "6")]
    pub headers: BTreeMap<String, String>,
    /// Events of this type given up on for this receiver just before this one.
    #[prost(uint64, tag = "7")]
    pub missed: u64,
}

/// Widens the windows of types that the sender of this frame subscribes to.
#[derive(Clone, PartialEq, Message)]
pub struct Credit {
    /// By how much, type by type.
    #[prost(message, repeated, tag = "1")]
    pub grants: Vec<Grant>,
}

/// Widens one window.
#[derive(Clone, PartialEq, Message)]
pub struct Grant {
    /// The type whose window it is.
    #[prost(fixed64, tag = "1")]
    pub type_id: u64,
    /// By how many bytes.
    #[prost(uint64, tag = "2")]
    pub bytes: u64,
}

/// Ends a request without an answer.
#[derive(Clone, PartialEq, Message)]
pub struct Failure {
    /// The number of the request.
    #[prost(uint64, tag = "1")]
    pub response_to: u64,
    /// Why.
    #[prost(enumeration = "FailureCode", tag = "2")]
    pub code: i32,
    /// Why, for people.
    #[prost(string, tag = "3")]
    pub message: String,
}

/// Why a request ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
pub enum FailureCode {
    /// Not said, or by a later version.
    Unspecified = 0,
    /// Received, and dropped without an answer.
    Unanswered = 1,
    /// The handler failed or panicked.
    HandlerFailed = 2,
    /// The request did not decode.
    DecodeFailed = 3,
    /// The endpoint stops.
    ShuttingDown = 4,
}

/// The requester no longer waits.
#[derive(Clone, PartialEq, Message)]
pub struct Cancel {
    /// The number of the request.
    #[prost(uint64, tag = "1")]
    pub request_id: u64,
}

/// The last frame of each side.
#[derive(Clone, PartialEq, Message)]
pub struct Goodbye {
    /// Why.
    #[prost(enumeration = "GoodbyeReason", tag = "1")]
    pub reason: i32,
    /// Why, for people.
    #[prost(string, tag = "2")]
    pub message: String,
}

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
pub enum GoodbyeReason {
    /// Not said, or by a later version.
    Unspecified = 0,
    /// The endpoint stops, or disconnects.
    Shutdown = 1,
    /// Another connection between the two is kept.
    Duplicate = 2,
    /// The name belongs to another endpoint.
    NameTaken = 3,
    /// No version that both speak.
    UnsupportedVersion = 4,
    /// The other side broke the protocol.
    ProtocolError = 5,
    /// A frame was larger than the receiver takes.
    FrameTooLarge = 6,
    /// Too much control and too many answers left unread.
    SlowConsumer = 7,
}
