//! Events and requests on their way out, under flow control.

use super::outbox::Class;
use super::outflow::{Outflow, SendId, cost};
use super::{Link, LinkEvent, Outgoing};
use crate::wire::codec::PREFIX_LEN;
use crate::wire::{FrameBody, SubscriptionsAck, TypeId};

/// What became of an event for one receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It is in the outbox.
    Sent,
    /// The window is closed, others wait before it, or too much is unwritten.
    NoRoom,
    /// The receiver let a deadline pass before: it is not waited for.
    Stalled,
    /// The receiver does not subscribe to it, or the link ends.
    Gone,
    /// The receiver takes no frame of this size.
    TooLarge { len: usize, limit: usize },
}

impl Link {
    /// What [`try_send`](Self::try_send) would do.
    pub(crate) fn probe(&self, event: &Outgoing) -> Attempt {
        let Some(interest) = self.interests.get(event.type_id) else {
            return Attempt::Gone;
        };
        if !self.may_send_events() {
            return Attempt::Gone;
        }
        if let Some(too_large) = self.too_large(event) {
            return too_large;
        }
        let flow = &interest.flow;
        if flow.is_clear() && self.outbox.has_room_for_events() {
            Attempt::Sent
        } else if flow.is_stalled() && event.request_id == 0 {
            Attempt::Stalled
        } else {
            Attempt::NoRoom
        }
    }

    /// Only once the peer's whole set is known.
    fn may_send_events(&self) -> bool {
        self.is_talking() && self.interests.is_complete()
    }

    /// Sends an event if there is room now. Skipping a stalled receiver counts as missed.
    pub(crate) fn try_send(&mut self, event: &Outgoing) -> Attempt {
        let attempt = self.probe(event);
        match attempt {
            Attempt::Sent => {
                let flow = self.interests.flow(event.type_id);
                let missed = flow.map_or(0, Outflow::take_missed);
                self.transmit(event, missed);
            }
            Attempt::Stalled => self.miss(event.type_id),
            _ => {}
        }
        attempt
    }

    /// Sends an event that is encoded as a frame of type, payload and `request_id`, if there is
    /// room now and nothing to say before it. If not, [`try_send`](Self::try_send) says what is the
    /// matter.
    pub(crate) fn try_send_bare(&mut self, type_id: TypeId, request_id: u64, frame: &[u8]) -> bool {
        if !self.may_send_events()
            || self.interests.is_unacknowledged()
            || !self.outbox.has_room_for_events()
        {
            return false;
        }
        let flow = self.interests.flow(type_id);
        let Some(flow) = flow.filter(|flow| flow.is_clear() && !flow.has_missed()) else {
            return false;
        };
        let is_credited = flow.spend(cost(frame.len() - PREFIX_LEN));
        self.outbox.append_frame(Class::Event, frame);
        if !is_credited {
            self.outbox.confirm_when_written();
        }
        if request_id != 0 {
            self.exchanges.sent(request_id);
        }
        true
    }

    /// Sends an event, or lets it wait for room under `id`: [`LinkEvent::Sent`] or
    /// [`LinkEvent::Dropped`] says how that ended.
    pub(crate) fn send_or_wait(&mut self, event: &Outgoing, id: SendId) -> Attempt {
        let attempt = self.try_send(event);
        if attempt == Attempt::NoRoom {
            if let Some(flow) = self.interests.flow(event.type_id) {
                flow.wait(id, event.clone());
                self.pump(event.type_id);
            }
        }
        attempt
    }

    /// Gives up on what waits under `id`; false if it went out before.
    pub(crate) fn abandon(&mut self, type_id: TypeId, id: SendId) -> bool {
        let flow = self.interests.flow(type_id);
        flow.is_some_and(|flow| flow.abandon(id).is_some())
    }

    /// The peer let a deadline pass; false if that is known.
    pub(crate) fn stall(&mut self, type_id: TypeId) -> bool {
        let unwritten = !self.outbox.has_room_for_events();
        let Some(flow) = self.interests.flow(type_id) else {
            return false;
        };
        let is_new = flow.stall();
        if is_new && unwritten && !self.stalled_unwritten.contains(&type_id) {
            self.stalled_unwritten.push(type_id);
        }
        is_new
    }

    /// Sends what waits for this type, as far as there is room.
    pub(super) fn pump(&mut self, type_id: TypeId) {
        while self.send_next(type_id) {}
    }

    /// Room was made in the outbox: each type that waits for it gets its turn.
    pub(super) fn unblock(&mut self) {
        for type_id in std::mem::take(&mut self.stalled_unwritten) {
            if let Some(flow) = self.interests.flow(type_id) {
                flow.recover_if_open();
            }
        }
        while self.outbox.has_room_for_events() {
            let Some(type_id) = self.blocked.pop_front() else {
                return;
            };
            if self.send_next(type_id) {
                self.block(type_id);
            }
        }
    }

    /// Sends the first that waits for this type; false if none does or there is no room.
    fn send_next(&mut self, type_id: TypeId) -> bool {
        let has_room = self.outbox.has_room_for_events();
        let Some(flow) = self.interests.flow(type_id) else {
            return false;
        };
        if !has_room {
            if flow.has_waiting() {
                self.block(type_id);
            }
            return false;
        }
        let Some(ready) = flow.next_ready() else {
            return false;
        };
        self.transmit(&ready.item, ready.missed);
        self.events.push(LinkEvent::Sent(ready.id));
        true
    }

    fn block(&mut self, type_id: TypeId) {
        if !self.blocked.contains(&type_id) {
            self.blocked.push_back(type_id);
        }
    }

    /// Sends an event that tells of so many missed before it.
    fn transmit(&mut self, event: &Outgoing, missed: u64) {
        // Whoever sends this may be ahead of those who act on the subscription.
        if let Some(revision) = self.interests.take_unacknowledged_for(event.type_id) {
            let ack = SubscriptionsAck { revision };
            self.append_control(FrameBody::SubscriptionsAck(ack));
        }
        let Some(flow) = self.interests.flow(event.type_id) else {
            return;
        };
        let mut envelope = event.envelope(self.settings.peer_takes_snappy, missed);
        if envelope.frame_len() > self.settings.peer_max_frame_len {
            // The event alone fits: the next one tells what was missed.
            envelope = event.envelope(self.settings.peer_takes_snappy, 0);
            flow.missed_before_next(missed);
        }
        let is_credited = flow.spend(cost(envelope.frame_len()));
        self.outbox.append_event(Class::Event, &envelope);
        if !is_credited {
            self.outbox.confirm_when_written();
        }
        if event.request_id != 0 {
            self.exchanges.sent(event.request_id);
        }
    }

    fn miss(&mut self, type_id: TypeId) {
        if let Some(flow) = self.interests.flow(type_id) {
            flow.miss();
        }
    }

    pub(super) fn too_large(&self, event: &Outgoing) -> Option<Attempt> {
        let limit = self.settings.peer_max_frame_len;
        // Uncompressed: the peer would not accept more of a compressed one either.
        let len = event.frame_len();
        (len > limit).then_some(Attempt::TooLarge { len, limit })
    }
}
