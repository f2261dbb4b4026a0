//! One side, and what it knows of what it did.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::BytesMut;

use super::super::side::Side;
use super::super::{LinkSettings, answer, event, event_type, id, settings};
use crate::link::{Arrived, Attempt, Chunk, LinkEvent, Outgoing, SendId};
use crate::wire::{FailureCode, TypeId};

pub(super) const NAMES: [&str; 3] = ["x", "y", "z"];

/// Small, large, one event at a time, and none.
const WINDOWS: [u64; 4] = [300, 2000, 1, 0];

/// An event of one type: under which of the peer's subscriptions it was sent, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) epoch: u64,
    pub(super) number: u64,
}

#[derive(Debug)]
pub(super) struct Held {
    id: SendId,
    name: &'static str,
    mark: Mark,
    request_id: u64,
}

pub(super) struct Half {
    pub(super) side: Side,
    pub(super) taken: VecDeque<Chunk>,
    /// How often the peer subscribed to each type.
    pub(super) epochs: BTreeMap<String, u64>,
    /// The last number of any event, request, or event that waited.
    pub(super) last: u64,
    pub(super) waiting: Vec<Held>,
    pub(super) given_up: Vec<(&'static str, Mark)>,
    /// Requests that went out and have not ended.
    pub(super) awaited: BTreeSet<u64>,
    /// Requests of the peer's.
    pub(super) owed: Vec<u64>,
    pub(super) held: Vec<Arrived>,
    /// The last that arrived of each type.
    pub(super) seen: BTreeMap<TypeId, Mark>,
}

impl Half {
    pub(super) fn new(names: &[&str]) -> Self {
        let limits = LinkSettings {
            unwritten_events: 300,
            ..settings()
        };
        let types: Vec<_> = names.iter().map(|name| event_type(name, 300)).collect();
        Self {
            side: Side::with(limits, &types),
            taken: VecDeque::new(),
            epochs: BTreeMap::new(),
            last: 0,
            waiting: Vec::new(),
            given_up: Vec::new(),
            awaited: BTreeSet::new(),
            owed: Vec::new(),
            held: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    pub(super) fn subscribe(&mut self, name: &str, number: usize) {
        let window = WINDOWS[number / NAMES.len() % WINDOWS.len()];
        self.side.subscribe(name, window);
    }

    pub(super) fn send(&mut self, name: &'static str, padding: usize, waits: bool) {
        let mark = self.mark(name);
        let payload = format!("{} {} {}", mark.epoch, mark.number, ".".repeat(padding / 8));
        self.try_to_send(name, mark, &event(name, &payload), waits);
    }

    pub(super) fn request(&mut self, name: &'static str) {
        let mark = self.mark(name);
        let payload = format!("{} {} ?", mark.epoch, mark.number);
        let request_id = mark.number;
        let request = Outgoing {
            request_id,
            ..event(name, &payload)
        };
        self.try_to_send(name, mark, &request, true);
    }

    fn mark(&mut self, name: &str) -> Mark {
        self.last += 1;
        Mark {
            epoch: self.epochs.get(name).copied().unwrap_or(0),
            number: self.last,
        }
    }

    fn try_to_send(&mut self, name: &'static str, mark: Mark, event: &Outgoing, waits: bool) {
        let id = mark.number;
        let request_id = event.request_id;
        if waits {
            self.waiting.push(Held {
                id,
                name,
                mark,
                request_id,
            });
        }
        // Every other goes as a ready frame where it can, as the layers above have it.
        let attempt = match waits {
            _ if mark.number % 2 == 0 && self.sends_frame(event) => Attempt::Sent,
            true => self.side.link.send_or_wait(event, id),
            false => self.side.link.try_send(event),
        };
        if attempt != Attempt::NoRoom {
            self.waiting.retain(|waiting| waiting.id != id);
        }
        match attempt {
            Attempt::Sent if request_id != 0 => drop(self.awaited.insert(request_id)),
            Attempt::Stalled => self.given_up.push((name, mark)),
            _ => {}
        }
    }

    fn sends_frame(&mut self, event: &Outgoing) -> bool {
        let mut frame = BytesMut::new();
        event.envelope(false, 0).put(&mut frame);
        let Outgoing {
            type_id,
            request_id,
            ..
        } = *event;
        self.side.link.try_send_bare(type_id, request_id, &frame)
    }

    pub(super) fn abandon(&mut self, number: usize) {
        let Some(at) = place(number, self.waiting.len()) else {
            return;
        };
        let gone = self.waiting.remove(at);
        assert!(self.side.link.abandon(id(gone.name), gone.id), "{gone:?}");
        self.given_up.push((gone.name, gone.mark));
    }

    /// As after a deadline: what waits is given up, and the peer is marked.
    pub(super) fn stall(&mut self, name: &str) {
        if let Some(at) = self.waiting.iter().position(|waiting| waiting.name == name) {
            self.abandon(at);
            self.side.link.stall(id(name));
        }
    }

    pub(super) fn take(&mut self, number: usize) {
        if let Some(at) = place(number, self.held.len()) {
            let arrived = self.held.remove(at);
            if arrived.ledger.settle(arrived.cost) {
                let type_id = TypeId::new(arrived.broadcast.type_id);
                self.side.link.grant(self.side.now, type_id);
            }
        }
    }

    pub(super) fn answer(&mut self, number: usize) {
        if let Some(at) = place(number, self.owed.len()) {
            let answer = answer("answer", "!", self.owed.remove(at));
            let answered = self.side.link.answer(self.side.now, &answer);
            assert!(answered.is_ok(), "{answered:?}");
        }
    }

    pub(super) fn fail(&mut self, number: usize) {
        if let Some(at) = place(number, self.owed.len()) {
            let request_id = self.owed.remove(at);
            let code = FailureCode::HandlerFailed;
            self.side.link.fail(self.side.now, request_id, code, "");
        }
    }

    pub(super) fn cancel(&mut self, number: usize) {
        if let Some(at) = place(number, self.awaited.len()) {
            let request_id = self.awaited.iter().nth(at).copied();
            let request_id = request_id.expect("it is in range");
            self.awaited.remove(&request_id);
            self.side.link.cancel(self.side.now, request_id);
        }
    }

    pub(super) fn write(&mut self) {
        self.side.link.take_unwritten(&mut self.taken);
        if let Some(chunk) = self.taken.pop_front() {
            self.side.written.extend_from_slice(&chunk.unwritten);
            self.side.link.written(chunk.tally);
        }
    }

    pub(super) fn write_all(&mut self) {
        while self.has_to_write() {
            self.write();
            self.observe();
        }
    }

    fn has_to_write(&self) -> bool {
        let link = &self.side.link;
        !self.taken.is_empty() || link.has_unwritten() && !link.is_over()
    }

    /// Consumers take and answer everything; false if there was nothing.
    pub(super) fn take_all(&mut self) -> bool {
        let moves = !self.held.is_empty() || !self.owed.is_empty();
        while !self.held.is_empty() {
            self.take(0);
        }
        while !self.owed.is_empty() {
            self.answer(0);
        }
        moves
    }

    /// The layers above act on what happened.
    pub(super) fn observe(&mut self) {
        for event in self.side.attend_to_events() {
            match event {
                LinkEvent::PeerSubscribed(added) => {
                    *self.epochs.entry(added.name).or_default() += 1
                }
                LinkEvent::Sent(id) => self.sent(id),
                LinkEvent::Dropped(id) => self.waiting.retain(|waiting| waiting.id != id),
                LinkEvent::Answered(it) => self.ended(it.response_to),
                LinkEvent::Failed { request_id, .. } => self.ended(request_id),
                _ => {}
            }
        }
    }

    fn sent(&mut self, id: SendId) {
        let at = self.waiting.iter().position(|waiting| waiting.id == id);
        let sent = self.waiting.remove(at.expect("what is sent had waited"));
        if sent.request_id != 0 {
            self.awaited.insert(sent.request_id);
        }
    }

    fn ended(&mut self, request_id: u64) {
        assert!(
            self.awaited.remove(&request_id),
            "?{request_id} ended twice"
        );
    }
}

impl Mark {
    pub(super) fn of(payload: &[u8]) -> Self {
        let text = String::from_utf8_lossy(payload);
        let mut numbers = text.split(' ').map_while(|word| word.parse().ok());
        let mut next = || numbers.next().expect("two numbers");
        Self {
            epoch: next(),
            number: next(),
        }
    }
}

/// Which of so many.
fn place(number: usize, len: usize) -> Option<usize> {
    number.checked_rem(len)
}
