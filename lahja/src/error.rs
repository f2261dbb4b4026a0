//! What can go wrong, each named with the endpoint, event or path that it is about.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::wire::{NameError, TypeId};

/// Everything that can go wrong on the bus.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nobody who was meant, here or at a connected endpoint, subscribes to a request, or to an
    /// event whose broadcast required a subscriber.
    #[error(
        "{} to {event}: connect to an endpoint that does, or wait for one with \
         `BroadcastConfig::wait_for_subscriber`",
        nobody_subscribes(endpoint.as_deref())
    )]
    NoSubscribers {
        /// The event's name.
        event: &'static str,
        /// The endpoint that alone was meant, if the config said so.
        endpoint: Option<String>,
    },

    /// A connection to this endpoint will not come about.
    #[error("{endpoint} can't be connected to: {rejection}")]
    ConnectionRejected {
        /// The endpoint that was to be connected to.
        endpoint: String,
        /// Why not.
        rejection: Rejection,
    },

    /// Another endpoint of this name is alive in this directory.
    #[error("the name {endpoint} is taken: a live process holds {}", path.display())]
    NameTaken {
        /// The name.
        endpoint: String,
        /// The lock file that says so.
        path: PathBuf,
    },

    /// There is no connection to this endpoint.
    #[error("there is no connection to {endpoint}")]
    NotConnected {
        /// The endpoint's name.
        endpoint: String,
    },

    /// Every endpoint that had the request is gone.
    #[error("{endpoint} went away before it answered {request}")]
    Disconnected {
        /// The last endpoint that had the request.
        endpoint: String,
        /// The request's name.
        request: &'static str,
    },

    /// Every endpoint that had the request dropped it without an answer.
    #[error("{endpoint} dropped {request} unanswered: {message}")]
    Unanswered {
        /// The last endpoint that had the request.
        endpoint: String,
        /// The request's name.
        request: &'static str,
        /// What that endpoint says.
        message: String,
    },

    /// Every endpoint that had the request failed to handle it.
    #[error("the handler of {request} at {endpoint} failed: {message}")]
    HandlerFailed {
        /// The last endpoint that had the request.
        endpoint: String,
        /// The request's name.
        request: &'static str,
        /// What the handler says.
        message: String,
    },

    /// Every endpoint that had the request is shutting down.
    #[error("{endpoint} is shutting down and did not answer {request}")]
    ShuttingDown {
        /// The last endpoint that had the request.
        endpoint: String,
        /// The request's name.
        request: &'static str,
    },

    /// The answer is of another type than the request is bound to.
    #[error("{endpoint} answered with {received} where {expected} was expected")]
    UnexpectedResponse {
        /// The endpoint that answered.
        endpoint: String,
        /// The name of the response that the request is bound to.
        expected: &'static str,
        /// What came: its name where this endpoint knows it, else its type ID.
        received: String,
    },

    /// An answer to what came by `broadcast`: nobody waits for it.
    #[error("{event} came by broadcast, not as a request: there is nobody to answer")]
    NotRequested {
        /// The event's name.
        event: &'static str,
    },

    /// Nothing came of it in time.
    #[error("{what}: not within {after:?}")]
    DeadlineExceeded {
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
    },

    /// A receiver has no room now, and nothing was sent to anyone.
    #[error("no room for {event} at {}", endpoints.join(", "))]
    Full {
        /// The event's name.
        event: &'static str,
        /// The receivers without room.
        endpoints: Vec<String>,
    },

    /// No receiver made room in time; with `require_all`, at least one did not.
    #[error("no room for {event} was made in time at {}", endpoints.join(", "))]
    Stalled {
        /// The event's name.
        event: &'static str,
        /// The receivers that did not get it.
        endpoints: Vec<String>,
    },

    /// An event or an answer is larger than a frame may be. Nothing was sent; the connection
    /// stays.
    #[error("{event} takes a frame of {len} bytes, {endpoint} takes {limit} at most")]
    TooLarge {
        /// The event's name.
        event: &'static str,
        /// The endpoint whose limit it is.
        endpoint: String,
        /// The frame's length, in bytes.
        len: usize,
        /// The limit, in bytes.
        limit: usize,
    },

    /// A payload is not what its type says.
    #[error("{event} from {endpoint} does not decode: {message}")]
    Decode {
        /// The event's name.
        event: &'static str,
        /// Where it came from.
        endpoint: String,
        /// What is wrong with it.
        message: String,
    },

    /// An endpoint's or an event's name is none.
    #[error(transparent)]
    InvalidName(#[from] NameError),

    /// The path of a socket is longer than the system can bind.
    #[error(
        "{} is a path of {len} bytes, a socket's may have {limit}: use a shorter directory \
         (LAHJA_DIR, or `ConnectionConfig::from_name_in`)",
        path.display()
    )]
    PathTooLong {
        /// The socket's path.
        path: PathBuf,
        /// Its length, in bytes.
        len: usize,
        /// What the system takes, in bytes.
        limit: usize,
    },

    /// Others could tamper with the sockets in this directory.
    #[error("{} is not safe for sockets: {problem}", path.display())]
    InsecureDirectory {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it, and how to mend it.
        problem: String,
    },

    /// Two event names have one type ID.
    #[error(
        "{first} and {second} share the type ID {type_id}: give one of them another with \
         `type_id` in its declaration"
    )]
    TypeIdCollision {
        /// The ID.
        type_id: TypeId,
        /// The name that this endpoint uses under it.
        first: String,
        /// The name that was to be used as well.
        second: String,
    },

    /// This endpoint subscribes to as many event types as a peer takes.
    #[error("{event} is one type too many: an endpoint can subscribe to {limit}")]
    TooManySubscriptions {
        /// The event that was to be subscribed to.
        event: &'static str,
        /// How many types an endpoint can subscribe to.
        limit: usize,
    },

    /// An option of the builder makes no sense.
    #[error("{option}: {problem}")]
    InvalidOption {
        /// The builder's method.
        option: &'static str,
        /// What is wrong with its value.
        problem: String,
    },

    /// This endpoint has stopped.
    #[error("{endpoint} has stopped")]
    Stopped {
        /// The endpoint's name.
        endpoint: String,
    },

    /// The system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was attempted, with the path.
        what: String,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn io(what: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        let what = what.to_string();
        move |source| Self::Io { what, source }
    }
}

fn nobody_subscribes(endpoint: Option<&str>) -> String {
    match endpoint {
        Some(endpoint) => format!("{endpoint} is not connected, or does not subscribe"),
        None => "nobody subscribes".to_owned(),
    }
}

/// Why a connection will not come about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// This endpoint called `connect_to` for it before.
    #[error("this endpoint has connected to it already")]
    AlreadyConnected,
    /// An endpoint does not connect to itself: it receives its own events anyhow.
    #[error("it is this endpoint itself")]
    Itself,
    /// To the other side, this endpoint's name belongs to somebody else who is alive.
    #[error("it knows another endpoint by our name: {0}")]
    NameTaken(String),
    /// The other side keeps another connection to this endpoint.
    #[error("it keeps another connection to us: {0}")]
    Duplicate(String),
    /// The two speak no common version of the protocol.
    #[error("no common version of the protocol: {0}")]
    UnsupportedVersion(String),
    /// The process at the other end belongs to a user who is not allowed.
    #[error("its process runs as user {uid}, who is not allowed here")]
    ForeignUser {
        /// That user's ID.
        uid: u32,
    },
    /// The endpoint that listens there has another name.
    #[error("the endpoint that listens there calls itself {0}")]
    OtherName(String),
    /// The other side does not speak the protocol, or says that we do not.
    #[error("{0}")]
    Protocol(String),
}

/// What the bus's calls return.
pub type Result<T, E = Error> = std::result::Result<T, E>;
