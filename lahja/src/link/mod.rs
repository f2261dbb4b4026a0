//! The protocol's state on one connection, with no I/O and no clock.

mod closing;
mod event;
mod exchanges;
pub(crate) mod handshake;
mod inflow;
mod interests;
mod meeting;
mod outbox;
mod outflow;
mod outgoing;
mod receive;
mod send;
mod speak;
#[cfg(test)]
mod tests;
mod unconfirmed;
mod wanted;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

pub(crate) use event::{Arrived, ArrivedRun, Ending, LinkEvent, Violation};
pub(crate) use inflow::Ledger;
pub(crate) use interests::MAX_TYPES;
pub(crate) use meeting::{Admission, LinkId, Meeting, PeerId};
pub(crate) use outbox::{Chunk, Tally};
pub(crate) use outflow::{Outflow, SendId, cost, cost_of_run};
pub(crate) use outgoing::{Compressor, Ids, Outgoing, encode, with_bare_frame};
pub(crate) use send::Attempt;

use exchanges::Exchanges;
use interests::Interests;
use outbox::Outbox;
use wanted::Wanted;

use crate::wire::{EventType, FrameBody, Hello, TypeId};

/// What a link needs to know of both sides once they have said hello.
#[derive(Clone, Debug)]
pub(crate) struct LinkSettings {
    /// Events wait while more than so many bytes of them are unwritten.
    pub(crate) unwritten_events: usize,
    /// More unwritten answers and control than this ends the link.
    pub(crate) unwritten_control: usize,
    /// How long the peer may take to say what it subscribes to.
    pub(crate) ready_within: Duration,
    /// How long either side may take to close.
    pub(crate) drain: Duration,
    /// The largest frame that the peer takes.
    pub(crate) peer_max_frame_len: usize,
    /// Whether the peer can decompress snappy.
    pub(crate) peer_takes_snappy: bool,
}

/// ```text
///            our Goodbye                          the peer's Goodbye, or the end of its stream
///  Talking ──────────────► Leaving ──────────────────────────────────────────────► Over
///     │                                                                             ▲
///     │ the peer's Goodbye            our Goodbye, once consumers took what came    │
///     └─────────────────► PeerLeft ─────────────────────► Leaving{peer_left} ───────┘
///                                                             once all is written
/// ```
/// The end of the stream leads to `Over` unless the peer said goodbye before: then only its write
/// half is shut. A failure of the stream and the deadlines of `Leaving` and `PeerLeft` always do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Talking,
    PeerLeft {
        until: Instant,
        ending: Ending,
    },
    Leaving {
        until: Instant,
        ending: Ending,
        peer_left: bool,
    },
    Over,
}

/// One side of a connection, after both have said hello.
///
/// Whoever owns it
/// - passes each frame of the peer's to [`handle_frame`](Self::handle_frame), or many events to
///   [`handle_run`](Self::handle_run), the end of the stream to [`handle_end`](Self::handle_end),
///   and the time to [`handle_timeout`](Self::handle_timeout) when
///   [`poll_timeout`](Self::poll_timeout) is due;
/// - after each of them takes what happened with [`take_events`](Self::take_events), acts on it,
///   and then calls [`acknowledge`](Self::acknowledge), so that a peer never hears that it is
///   subscribed before it is;
/// - writes what [`take_unwritten`](Self::take_unwritten) gives, and reports it to
///   [`written`](Self::written);
/// - shuts its write half down once [`has_said_all`](Self::has_said_all), and drops the stream
///   once [`is_over`](Self::is_over).
#[derive(Debug)]
pub(crate) struct Link {
    settings: LinkSettings,
    phase: Phase,
    ready_until: Option<Instant>,
    outbox: Outbox,
    wanted: Wanted,
    interests: Interests,
    exchanges: Exchanges,
    /// Types whose events wait for the outbox rather than for credit, in the order of their turns.
    blocked: VecDeque<TypeId>,
    /// Types that stalled while the outbox had no room: they recover when it has.
    stalled_unwritten: Vec<TypeId>,
    /// We unsubscribed from everything, to close.
    closing_down: bool,
    events: Vec<LinkEvent>,
}

impl Link {
    /// A link whose first words are the whole set of our subscriptions.
    /// Before them goes `hello`, if it was not sent yet.
    pub(crate) fn open(
        now: Instant,
        settings: LinkSettings,
        hello: Option<Hello>,
        types: Vec<EventType>,
    ) -> Self {
        let mut link = Self {
            outbox: Outbox::new(settings.unwritten_events),
            ready_until: Some(now + settings.ready_within),
            settings,
            phase: Phase::Talking,
            wanted: Wanted::default(),
            interests: Interests::default(),
            exchanges: Exchanges::default(),
            blocked: VecDeque::new(),
            stalled_unwritten: Vec::new(),
            closing_down: false,
            events: Vec::new(),
        };
        if let Some(hello) = hello {
            link.append_control(FrameBody::Hello(hello));
        }
        for subscriptions in link.wanted.open(types) {
            link.say(now, FrameBody::Subscriptions(subscriptions));
        }
        link
    }

    /// What happened since the last call; true if there is something to acknowledge after that.
    pub(crate) fn take_events(&mut self, into: &mut Vec<LinkEvent>) -> bool {
        match into.is_empty() {
            true => std::mem::swap(into, &mut self.events),
            false => into.append(&mut self.events),
        }
        self.interests.is_unacknowledged()
    }

    /// Whether there is something for the owner to write.
    pub(crate) fn has_unwritten(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Whether there is something for the owner to act on.
    pub(crate) fn has_news(&self) -> bool {
        !self.events.is_empty() || self.is_over()
    }

    /// Hands over what is to be written, in order.
    pub(crate) fn take_unwritten(&mut self, into: &mut VecDeque<Chunk>) {
        self.outbox.take(into);
    }

    /// Frees what nobody will write any more.
    pub(crate) fn forget_unwritten(&mut self) {
        self.outbox.forget();
    }

    /// Hands over all that is to be written if it is one chunk of at most `len` bytes.
    pub(crate) fn take_unwritten_up_to(&mut self, len: usize) -> Option<Chunk> {
        self.outbox.take_up_to(len)
    }

    /// Takes back what is left of a chunk that was taken last, and not written whole.
    pub(crate) fn put_back(&mut self, chunk: Chunk) {
        self.outbox.put_back(chunk);
    }

    /// A chunk is written.
    pub(crate) fn written(&mut self, tally: Tally) {
        let was_behind = self.peer_is_behind();
        self.outbox.written(tally);
        if was_behind && !self.peer_is_behind() {
            self.events.push(LinkEvent::CaughtUp);
        }
        if self.outbox.has_room_for_events() {
            self.unblock();
        }
        self.finish_if_flushed();
    }

    /// Whether neither side said goodbye.
    pub(crate) fn is_talking(&self) -> bool {
        matches!(self.phase, Phase::Talking)
    }

    /// The revision of the last change of our subscriptions.
    pub(crate) fn revision(&self) -> u64 {
        self.wanted.revision()
    }

    /// The names of the types that the peer subscribes to.
    pub(crate) fn subscribed_names(&self) -> Vec<String> {
        self.interests.names().map(str::to_owned).collect()
    }

    /// How many events went out that the peer has not confirmed by granting them back; without a
    /// window, that are not written.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.interests.unconfirmed() + self.outbox.unconfirmed()
    }

    /// Whether requests of the peer's are under way here.
    pub(crate) fn owes_answers(&self) -> bool {
        self.exchanges.owes()
    }
}
