//! One link with a writer, a reader and consumers that do only what the test says.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::super::{
    Arrived, ArrivedRun, Attempt, Chunk, Link, LinkEvent, LinkSettings, Outgoing, SendId, cost,
};
use super::{event_type, id, settings, trace};
use crate::wire::codec::{PREFIX_LEN, decode_next, put_frame};
use crate::wire::run::Run;
use crate::wire::{
    Broadcast, EventType, Frame, FrameBody, GoodbyeReason, Subscriptions, SubscriptionsAck,
};

/// What each side takes.
const MAX_FRAME_LEN: usize = 16 * 1024 * 1024;

pub(super) struct Side {
    pub(super) link: Link,
    pub(super) now: Instant,
    /// What came and no consumer took, oldest first.
    pub(super) arrived: VecDeque<Arrived>,
    /// What this side has written.
    pub(super) written: BytesMut,
    /// What came in, up to a frame that is not whole.
    received: BytesMut,
    heard: Vec<String>,
    events: Vec<LinkEvent>,
}

impl Side {
    /// A side that subscribes to `types` and has heard nothing yet.
    pub(super) fn open(types: &[EventType]) -> Self {
        Self::with(settings(), types)
    }

    pub(super) fn with(settings: LinkSettings, types: &[EventType]) -> Self {
        let now = Instant::now();
        Self {
            link: Link::open(now, settings, None, types.to_vec()),
            now,
            arrived: VecDeque::new(),
            written: BytesMut::new(),
            received: BytesMut::new(),
            heard: Vec::new(),
            events: Vec::new(),
        }
    }

    /// A side that takes `x`, whose peer takes `y`; both are acknowledged.
    pub(super) fn ready() -> Self {
        Self::ready_with(settings(), event_type("y", 1000))
    }

    pub(super) fn ready_with(settings: LinkSettings, wanted_by_peer: EventType) -> Self {
        let mut side = Self::with(settings, &[event_type("x", 1000)]);
        side.hear(FrameBody::Subscriptions(Subscriptions {
            revision: 1,
            added: vec![wanted_by_peer],
            ..Subscriptions::default()
        }));
        side.hear(FrameBody::SubscriptionsAck(SubscriptionsAck {
            revision: 1,
        }));
        side.says();
        side.heard();
        side
    }

    /// The peer says this.
    pub(super) fn hear(&mut self, body: FrameBody) {
        let mut bytes = BytesMut::new();
        put_frame(&Frame { body: Some(body) }, &mut bytes);
        self.receive(&bytes);
    }

    /// The peer sends this event, request or answer.
    pub(super) fn hear_broadcast(&mut self, event: &Outgoing) {
        let mut bytes = BytesMut::new();
        event.envelope(false, 0).put(&mut bytes);
        self.receive(&bytes);
    }

    /// Bytes of the peer's come in; what of them is whole goes to the link.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
        loop {
            if let Some(run) = Run::take(&mut self.received) {
                self.link.handle_run(self.now, run);
                self.attend();
                continue;
            }
            let before = self.received.len();
            let decoded = decode_next(&mut self.received, MAX_FRAME_LEN);
            let Some(frame) = decoded.expect("the peer sends frames") else {
                return;
            };
            let len = before - self.received.len() - PREFIX_LEN;
            self.link.handle_frame(self.now, frame, len);
            self.attend();
        }
    }

    /// The layers above act on what happened.
    pub(super) fn attend(&mut self) {
        let mut events = Vec::new();
        self.link.take_events(&mut events);
        for event in events.into_iter().flat_map(one_by_one) {
            self.heard.push(trace::heard(&event));
            match event {
                LinkEvent::Arrived(arrived) => self.arrived.push_back(arrived),
                event => self.events.push(event),
            }
        }
        self.link.acknowledge(self.now);
    }

    /// What happened since the last call, but for what arrived.
    pub(super) fn attend_to_events(&mut self) -> Vec<LinkEvent> {
        self.attend();
        std::mem::take(&mut self.events)
    }

    /// Writes all that is there.
    pub(super) fn write(&mut self) {
        let mut chunks = VecDeque::new();
        self.link.take_unwritten(&mut chunks);
        while let Some(Chunk { unwritten, tally }) = chunks.pop_front() {
            self.written.extend_from_slice(&unwritten);
            self.link.written(tally);
            self.attend();
            self.link.take_unwritten(&mut chunks);
        }
    }

    /// Writes all that is there, and says in words what that was.
    pub(super) fn says(&mut self) -> Vec<String> {
        self.write();
        let mut bytes = std::mem::take(&mut self.written);
        let next = || decode_next(&mut bytes, MAX_FRAME_LEN).expect("a link writes frames");
        std::iter::from_fn(next).map(|f| trace::frame(&f)).collect()
    }

    /// What the layers above heard since the last call.
    pub(super) fn heard(&mut self) -> Vec<String> {
        self.attend();
        std::mem::take(&mut self.heard)
    }

    pub(super) fn send(&mut self, event: &Outgoing) -> Attempt {
        self.link.try_send(event)
    }

    pub(super) fn send_or_wait(&mut self, event: &Outgoing, id: SendId) -> Attempt {
        let attempt = self.link.send_or_wait(event, id);
        self.attend();
        attempt
    }

    /// A consumer takes the oldest event that came; a request is settled by its answer alone.
    pub(super) fn take(&mut self) -> Bytes {
        let arrived = self.arrived.pop_front().expect("an event came");
        let it = &arrived.broadcast;
        if it.request_id == 0 && arrived.ledger.settle(arrived.cost) {
            let type_id = crate::wire::TypeId::new(it.type_id);
            self.link.grant(self.now, type_id);
        }
        self.attend();
        arrived.broadcast.payload
    }

    pub(super) fn take_all(&mut self) {
        while !self.arrived.is_empty() {
            self.take();
        }
    }

    /// Whether the peer's whole set is known.
    pub(super) fn is_ready(&self) -> bool {
        self.link.interests.is_complete()
    }

    /// Whether the peer subscribes to this type.
    pub(super) fn is_wanted(&self, name: &str) -> bool {
        self.link.interests.get(id(name)).is_some()
    }

    pub(super) fn subscribe(&mut self, name: &str, window: u64) -> Option<u64> {
        self.link.subscribe(self.now, event_type(name, window))
    }

    pub(super) fn unsubscribe(&mut self, name: &str) {
        self.link.unsubscribe(self.now, id(name));
    }

    pub(super) fn say_goodbye(&mut self) {
        self.link.say_goodbye(self.now, GoodbyeReason::Shutdown, "");
        self.attend();
    }

    pub(super) fn end(&mut self) {
        self.link.handle_end();
        self.attend();
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.now += by;
        self.link.handle_timeout(self.now);
        self.attend();
    }
}

/// The events of a run, each as if it had come by itself.
fn one_by_one(event: LinkEvent) -> Vec<LinkEvent> {
    let LinkEvent::ArrivedRun(ArrivedRun { run, ledger }) = event else {
        return vec![event];
    };
    let arrived = |(payload, len)| Arrived {
        broadcast: Broadcast {
            type_id: run.type_id().get(),
            payload,
            ..Broadcast::default()
        },
        ledger: ledger.clone(),
        cost: cost(len),
        cancelled: None,
    };
    run.payloads()
        .map(arrived)
        .map(LinkEvent::Arrived)
        .collect()
}
