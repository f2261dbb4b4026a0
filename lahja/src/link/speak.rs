//! What needs no credit: answers, failures, subscriptions, acks and grants.

use std::time::Instant;

use prost::Message;

use super::exchanges::Owed;
use super::outbox::{Class, Outbox};
use super::send::Attempt;
use super::{Link, LinkEvent, Outgoing, Phase, Violation};
use crate::wire::codec::put_frame;
use crate::wire::{
    Cancel, Credit, EventType, Failure, FailureCode, Frame, FrameBody, GoodbyeReason,
    SubscriptionsAck, TypeId,
};

/// Far fewer than fill the smallest frame that a peer may insist on (64 KiB).
const GRANTS_PER_FRAME: usize = 1000;

/// How many characters a failure may say.
const MAX_MESSAGE: usize = 1024;

impl Link {
    /// Answers a request of the peer's. `Ok(false)` if no answer is owed any more.
    pub(crate) fn answer(&mut self, now: Instant, answer: &Outgoing) -> Result<bool, Attempt> {
        if let Some(too_large) = self.too_large(answer) {
            return Err(too_large);
        }
        let envelope = answer.envelope(self.settings.peer_takes_snappy, 0);
        let append = |outbox: &mut Outbox| outbox.append_event(Class::Control, &envelope);
        Ok(self.answer_with(now, answer.response_to, append))
    }

    /// The same with an answer that is encoded as a frame of type, payload and this number.
    pub(crate) fn answer_bare(&mut self, now: Instant, response_to: u64, frame: &[u8]) -> bool {
        let append = |outbox: &mut Outbox| outbox.append_frame(Class::Control, frame);
        self.answer_with(now, response_to, append)
    }

    fn answer_with(
        &mut self,
        now: Instant,
        response_to: u64,
        append: impl FnOnce(&mut Outbox),
    ) -> bool {
        let Some(owed) = self.exchanges.settle(response_to) else {
            return false;
        };
        if self.may_speak() && !owed.given_up {
            append(&mut self.outbox);
            self.check_unwritten(now);
        }
        self.settle(now, &owed);
        !owed.given_up
    }

    /// Gives up on a request of the peer's; false if no answer is owed any more.
    pub(crate) fn fail(
        &mut self,
        now: Instant,
        request_id: u64,
        code: FailureCode,
        message: &str,
    ) -> bool {
        let Some(owed) = self.exchanges.settle(request_id) else {
            return false;
        };
        owed.cancelled.cancel();
        if !owed.given_up {
            self.say(
                now,
                FrameBody::Failure(Failure {
                    response_to: request_id,
                    code: code.into(),
                    message: message.chars().take(MAX_MESSAGE).collect(),
                }),
            );
        }
        self.settle(now, &owed);
        !owed.given_up
    }

    /// Gives up on all requests of the peer's.
    pub(crate) fn fail_all(&mut self, now: Instant, code: FailureCode, message: &str) {
        for request_id in self.exchanges.owed_ids() {
            self.fail(now, request_id, code, message);
        }
    }

    /// Nobody waits for the answer to this request of ours any more.
    pub(crate) fn cancel(&mut self, now: Instant, request_id: u64) {
        if self.exchanges.conclude(request_id) {
            self.say(now, FrameBody::Cancel(Cancel { request_id }));
        }
    }

    /// Subscribes to a type; the revision to wait for, `None` if the link subscribes to it.
    pub(crate) fn subscribe(&mut self, now: Instant, event_type: EventType) -> Option<u64> {
        let change = self.wanted.add(event_type)?;
        let revision = change.revision;
        self.say(now, FrameBody::Subscriptions(change));
        Some(revision)
    }

    pub(crate) fn unsubscribe(&mut self, now: Instant, type_id: TypeId) {
        if let Some(change) = self.wanted.remove(&[type_id]) {
            self.say(now, FrameBody::Subscriptions(change));
        }
    }

    /// Unsubscribes from everything; its ack says that nothing more is coming.
    pub(crate) fn unsubscribe_all(&mut self, now: Instant) {
        self.closing_down = true;
        if let Some(change) = self.wanted.clear() {
            self.say(now, FrameBody::Subscriptions(change));
        }
    }

    /// Grants what is owed for a type; a ledger said that it is due.
    pub(crate) fn grant(&mut self, now: Instant, type_id: TypeId) {
        if let Some(grant) = self.wanted.grant(type_id) {
            let grants = vec![grant];
            self.say(now, FrameBody::Credit(Credit { grants }));
        }
        self.leave_after_the_peer(now);
    }

    /// Grants whatever is owed.
    pub(super) fn grant_all(&mut self) {
        for grants in self.wanted.grant_all().chunks(GRANTS_PER_FRAME) {
            let grants = grants.to_vec();
            self.append_control(FrameBody::Credit(Credit { grants }));
        }
    }

    /// Acknowledges the peer's subscriptions, once the layers above act on them.
    pub(crate) fn acknowledge(&mut self, now: Instant) {
        if let Some(revision) = self.interests.take_unacknowledged() {
            let ack = SubscriptionsAck { revision };
            self.say(now, FrameBody::SubscriptionsAck(ack));
        }
    }

    /// Appends a frame that needs no credit. After our goodbye nothing is said.
    pub(super) fn say(&mut self, now: Instant, body: FrameBody) {
        if self.may_speak() {
            self.append_control(body);
            self.check_unwritten(now);
        }
    }

    pub(super) fn append_control(&mut self, body: FrameBody) {
        let frame = Frame { body: Some(body) };
        let len = frame.encoded_len();
        self.outbox
            .append(Class::Control, len, |out| put_frame(&frame, out));
    }

    /// Returns the credit of a request that is settled.
    pub(super) fn settle(&mut self, now: Instant, owed: &Owed) {
        self.tell_if_nothing_is_owed();
        if owed.ledger.settle(owed.cost) {
            self.grant(now, owed.type_id);
        }
    }

    pub(super) fn tell_if_nothing_is_owed(&mut self) {
        if self.closing_down && !self.exchanges.owes() {
            self.events.push(LinkEvent::NothingOwed);
        }
    }

    pub(super) fn may_speak(&self) -> bool {
        matches!(self.phase, Phase::Talking | Phase::PeerLeft { .. })
    }

    /// Whether the peer leaves so much unread that answers had better wait. It reads, perhaps, and
    /// must not be taken for one that does not because many are ready at once.
    pub(crate) fn peer_is_behind(&self) -> bool {
        self.may_speak() && self.outbox.unread_control() > self.settings.unwritten_control / 4
    }

    fn check_unwritten(&mut self, now: Instant) {
        let unread = self.outbox.unread_control();
        if unread > self.settings.unwritten_control && self.may_speak() {
            let violation = Violation {
                reason: GoodbyeReason::SlowConsumer,
                message: format!("{unread} bytes of answers and control left unread"),
            };
            self.violated(now, violation);
        }
    }
}
