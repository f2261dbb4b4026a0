//! What a link tells the layers above.

use std::sync::Arc;

use super::inflow::Ledger;
use super::outflow::SendId;
use crate::cancel_flag::CancelFlag;
use crate::wire::run::Run;
use crate::wire::{Broadcast, EventType, FailureCode, GoodbyeReason, TypeId, WireError};

/// Something that happened on a link, in the order in which it happened.
#[derive(Debug)]
pub(crate) enum LinkEvent {
    /// The peer's whole set of subscriptions is known: events can flow.
    Ready,
    PeerSubscribed(EventType),
    PeerUnsubscribed(TypeId),
    /// The peer acknowledged our subscriptions up to some revision.
    Acknowledged(u64),
    /// An event or a request of the peer's.
    Arrived(Arrived),
    /// Several events of the peer's.
    ArrivedRun(ArrivedRun),
    /// An answer to a request of ours.
    Answered(Broadcast),
    /// The peer gave up on a request of ours.
    Failed {
        request_id: u64,
        code: FailureCode,
        message: String,
    },
    /// What waited for room went out.
    Sent(SendId),
    /// What waited for room never will.
    Dropped(SendId),
    /// We are closing down, and all requests of the peer's are settled.
    NothingOwed,
    /// The peer has read so much of its answers that it may be given more.
    CaughtUp,
    /// Nothing more is coming: these requests of ours stay unanswered.
    Unanswered(Vec<u64>),
    /// The link is over; so many of the events that went out were not confirmed.
    Closed {
        ending: Ending,
        unconfirmed: usize,
    },
}

/// An event or a request, as it came.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) broadcast: Broadcast,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) cost: u64,
    /// Of a request: cancelled once no answer is wanted any more.
    pub(crate) cancelled: Option<Arc<CancelFlag>>,
}

/// Events of one type, as they came.
#[derive(Debug)]
pub(crate) struct ArrivedRun {
    pub(crate) run: Run,
    pub(crate) ledger: Arc<Ledger>,
}

/// How a link ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Ending {
    #[error("the peer said goodbye ({reason:?}): {message}")]
    PeerSaidGoodbye {
        reason: GoodbyeReason,
        message: String,
    },
    #[error("this side said goodbye ({reason:?}): {message}")]
    WeSaidGoodbye {
        reason: GoodbyeReason,
        message: String,
    },
    #[error("the stream ended without a goodbye")]
    Crashed,
    #[error("the stream failed: {0}")]
    Failed(String),
}

/// The peer broke the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) reason: GoodbyeReason,
    pub(crate) message: String,
}

impl From<WireError> for Violation {
    fn from(error: WireError) -> Self {
        Self {
            reason: error.reason(),
            message: error.to_string(),
        }
    }
}

impl Violation {
    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self {
            reason: GoodbyeReason::ProtocolError,
            message: message.into(),
        }
    }
}
