//! What each frame of the peer's means.

use std::sync::Arc;
use std::time::Instant;

use super::exchanges::Owed;
use super::inflow::{Arrival, Ledger};
use super::outflow::{cost, cost_of_run};
use super::{Arrived, ArrivedRun, Link, LinkEvent, Phase, Violation};
use crate::cancel_flag::CancelFlag;
use crate::wire::run::Run;
use crate::wire::{
    Broadcast, Cancel, Credit, Failure, FailureCode, Frame, FrameBody, Subscriptions, TypeId,
};

impl Link {
    /// Takes a frame of the peer's, whose body was `len` bytes.
    pub(crate) fn handle_frame(&mut self, now: Instant, frame: Frame, len: usize) {
        match self.phase {
            Phase::Talking => {
                if let Err(violation) = self.talk(now, frame, len) {
                    self.violated(now, violation);
                }
            }
            Phase::Leaving { .. } => self.listen_to_the_end(now, frame),
            Phase::PeerLeft { .. } | Phase::Over => {}
        }
    }

    /// Takes events of the peer's, as if each came by [`handle_frame`](Self::handle_frame).
    pub(crate) fn handle_run(&mut self, now: Instant, run: Run) {
        if self.is_talking() {
            if let Err(violation) = self.on_run(run) {
                self.violated(now, violation);
            }
        }
    }

    fn on_run(&mut self, run: Run) -> Result<(), Violation> {
        self.check_complete()?;
        let type_id = run.type_id();
        let (whole, last) = (cost_of_run(&run), cost(run.last_body_len()));
        match self.wanted.arrive(type_id, whole, last) {
            Arrival::Deliver(ledger) => {
                let arrived = ArrivedRun { run, ledger };
                self.events.push(LinkEvent::ArrivedRun(arrived));
                Ok(())
            }
            // Nobody waits for an answer.
            Arrival::Unwanted => Ok(()),
            Arrival::Overdrawn if run.events() > 1 => {
                run.singles().try_for_each(|single| self.on_run(single))
            }
            Arrival::Overdrawn => Err(overdrawn(type_id)),
        }
    }

    fn check_complete(&self) -> Result<(), Violation> {
        if self.interests.is_complete() {
            return Ok(());
        }
        Err(Violation::protocol(
            "an event before the first subscriptions",
        ))
    }

    fn talk(&mut self, now: Instant, frame: Frame, len: usize) -> Result<(), Violation> {
        frame.check()?;
        // What a later version added has no body that we know.
        let Some(body) = frame.body else {
            return Ok(());
        };
        match body {
            FrameBody::Hello(_) => Err(Violation::protocol("a second hello")),
            FrameBody::Subscriptions(change) => self.on_subscriptions(change),
            FrameBody::SubscriptionsAck(ack) => self.on_ack(ack.revision),
            FrameBody::Broadcast(broadcast) => self.on_broadcast(now, broadcast, len),
            FrameBody::Failure(failure) => {
                self.on_failure(failure);
                Ok(())
            }
            FrameBody::Goodbye(goodbye) => {
                self.peer_left(now, goodbye);
                Ok(())
            }
            FrameBody::Credit(credit) => {
                self.on_credit(credit);
                Ok(())
            }
            FrameBody::Cancel(cancel) => {
                self.on_cancel(&cancel);
                Ok(())
            }
        }
    }

    /// We said goodbye: what the peer owes us still counts, what it wants of us no longer does.
    fn listen_to_the_end(&mut self, now: Instant, frame: Frame) {
        let Some(body) = frame.body else { return };
        match body {
            FrameBody::Credit(credit) => self.on_credit(credit),
            FrameBody::Failure(failure) => self.on_failure(failure),
            FrameBody::Broadcast(it) if it.response_to != 0 && it.request_id == 0 => {
                self.on_answer(it);
            }
            FrameBody::Goodbye(goodbye) => self.peer_left(now, goodbye),
            _ => {}
        }
    }

    fn on_subscriptions(&mut self, change: Subscriptions) -> Result<(), Violation> {
        self.interests.change(change, &mut self.events)?;
        if self.interests.is_complete() {
            self.ready_until = None;
        }
        Ok(())
    }

    fn on_ack(&mut self, revision: u64) -> Result<(), Violation> {
        self.wanted.acknowledge(revision)?;
        self.events
            .push(LinkEvent::Acknowledged(self.wanted.acknowledged()));
        Ok(())
    }

    fn on_broadcast(
        &mut self,
        now: Instant,
        broadcast: Broadcast,
        len: usize,
    ) -> Result<(), Violation> {
        self.check_complete()?;
        if broadcast.response_to == 0 {
            return self.on_event(now, broadcast, len);
        }
        self.on_answer(broadcast);
        Ok(())
    }

    fn on_event(
        &mut self,
        now: Instant,
        broadcast: Broadcast,
        len: usize,
    ) -> Result<(), Violation> {
        let type_id = TypeId::new(broadcast.type_id);
        let cost = cost(len);
        match self.wanted.arrive(type_id, cost, cost) {
            Arrival::Deliver(ledger) => self.deliver(type_id, broadcast, ledger, cost),
            Arrival::Unwanted => {
                self.refuse_unwanted(now, &broadcast);
                Ok(())
            }
            Arrival::Overdrawn => Err(overdrawn(type_id)),
        }
    }

    fn deliver(
        &mut self,
        type_id: TypeId,
        broadcast: Broadcast,
        ledger: Arc<Ledger>,
        cost: u64,
    ) -> Result<(), Violation> {
        let mut cancelled = None;
        if broadcast.request_id != 0 {
            let token = cancelled.insert(Arc::new(CancelFlag::default())).clone();
            let owed = Owed {
                type_id,
                ledger: ledger.clone(),
                cost,
                cancelled: token,
                given_up: false,
            };
            if !self.exchanges.owe(broadcast.request_id, owed) {
                let message = format!("request {} is under way already", broadcast.request_id);
                return Err(Violation::protocol(message));
            }
        }
        self.events.push(LinkEvent::Arrived(Arrived {
            broadcast,
            ledger,
            cost,
            cancelled,
        }));
        Ok(())
    }

    fn refuse_unwanted(&mut self, now: Instant, broadcast: &Broadcast) {
        if broadcast.request_id == 0 {
            return;
        }
        self.say(
            now,
            FrameBody::Failure(Failure {
                response_to: broadcast.request_id,
                code: FailureCode::Unanswered.into(),
                message: "nobody subscribes to this request here".to_owned(),
            }),
        );
    }

    fn on_answer(&mut self, answer: Broadcast) {
        if self.exchanges.conclude(answer.response_to) {
            self.events.push(LinkEvent::Answered(answer));
        }
    }

    fn on_failure(&mut self, failure: Failure) {
        if self.exchanges.conclude(failure.response_to) {
            self.events.push(LinkEvent::Failed {
                request_id: failure.response_to,
                code: failure.code(),
                message: failure.message,
            });
        }
    }

    fn on_credit(&mut self, credit: Credit) {
        for grant in &credit.grants {
            self.interests.credit(grant);
            self.pump(TypeId::new(grant.type_id));
        }
    }

    fn on_cancel(&mut self, cancel: &Cancel) {
        self.exchanges.give_up(cancel.request_id);
        self.tell_if_nothing_is_owed();
    }
}

fn overdrawn(type_id: TypeId) -> Violation {
    Violation::protocol(format!(
        "the window of {type_id} is overdrawn by more than one event"
    ))
}
