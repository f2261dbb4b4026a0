//! The first words: what our `Hello` says, and what we make of the peer's.

use super::event::Violation;
use super::meeting::PeerId;
use crate::wire::{Compression, Frame, FrameBody, Goodbye, GoodbyeReason, Hello, WireError};

/// The version of the protocol that this crate speaks.
pub(crate) const PROTOCOL_VERSION: u32 = 1;

const AGENT: &str = concat!("lahja-rust/", env!("CARGO_PKG_VERSION"));

/// Our `Hello`.
pub(crate) fn hello(me: &PeerId, max_frame_len: usize) -> Hello {
    Hello {
        protocol_version: PROTOCOL_VERSION,
        name: me.name.clone(),
        instance: me.instance,
        max_frame_len: u32::try_from(max_frame_len).unwrap_or(u32::MAX),
        compressions: vec![Compression::Snappy.into()],
        agent: AGENT.to_owned(),
    }
}

/// What a peer's `Hello` says, checked.
#[derive(Clone, Debug)]
pub(crate) struct Greeting {
    pub(crate) peer: PeerId,
    pub(crate) max_frame_len: usize,
    pub(crate) takes_snappy: bool,
}

/// What came instead of a `Hello` that we can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoGreeting {
    /// The peer refuses us.
    Goodbye(GoodbyeReason, String),
    /// The peer is wrong: it gets a goodbye with this reason.
    Violation(Violation),
}

impl From<Violation> for NoGreeting {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

impl From<WireError> for NoGreeting {
    fn from(error: WireError) -> Self {
        Self::Violation(error.into())
    }
}

/// Reads the first frame of a peer's.
pub(crate) fn read_hello(frame: &Frame) -> Result<Greeting, NoGreeting> {
    match &frame.body {
        Some(FrameBody::Hello(hello)) => {
            check_version(hello)?;
            frame.check()?;
            Ok(greeting(hello)?)
        }
        Some(FrameBody::Goodbye(goodbye)) => {
            let message = goodbye.message.clone();
            Err(NoGreeting::Goodbye(goodbye.reason(), message))
        }
        _ => Err(Violation::protocol("the first frame is no hello").into()),
    }
}

/// The goodbye that refuses a connection.
pub(crate) fn goodbye(reason: GoodbyeReason, message: &str) -> Frame {
    Frame {
        body: Some(FrameBody::Goodbye(Goodbye {
            reason: reason.into(),
            message: message.to_owned(),
        })),
    }
}

fn check_version(hello: &Hello) -> Result<(), Violation> {
    if hello.protocol_version > 0 {
        return Ok(());
    }
    Err(Violation {
        reason: GoodbyeReason::UnsupportedVersion,
        message: format!("there is no version 0; this side speaks {PROTOCOL_VERSION}"),
    })
}

fn greeting(hello: &Hello) -> Result<Greeting, WireError> {
    Ok(Greeting {
        peer: PeerId {
            name: hello.name.clone(),
            instance: hello.instance,
        },
        max_frame_len: hello.frame_limit()?,
        takes_snappy: hello.compressions().any(|c| c == Compression::Snappy),
    })
}
