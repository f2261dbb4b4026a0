//! How a link ends: goodbyes, deadlines, the end of the stream.

use std::time::Instant;

use super::{Ending, Link, LinkEvent, Phase, Violation};
use crate::wire::{FrameBody, Goodbye, GoodbyeReason};

impl Link {
    /// Says goodbye: nothing is sent after it, and what waits for room is dropped.
    pub(crate) fn say_goodbye(&mut self, now: Instant, reason: GoodbyeReason, message: &str) {
        let (ending, peer_left) = match &self.phase {
            Phase::Talking => {
                let message = message.to_owned();
                (Ending::WeSaidGoodbye { reason, message }, false)
            }
            Phase::PeerLeft { ending, .. } => (ending.clone(), true),
            Phase::Leaving { .. } | Phase::Over => return,
        };
        // What was taken by now must not look lost to the peer because it was not granted yet.
        self.grant_all();
        self.append_control(FrameBody::Goodbye(Goodbye {
            reason: reason.into(),
            message: message.to_owned(),
        }));
        self.interests.drop_waiting(&mut self.events);
        self.phase = Phase::Leaving {
            until: now + self.settings.drain,
            ending,
            peer_left,
        };
    }

    /// Once goodbye is said, the link ends at this time whatever the peer does.
    pub(crate) fn leave_by(&mut self, time: Instant) {
        if let Phase::Leaving { until, .. } = &mut self.phase {
            *until = time;
        }
    }

    /// The peer broke the protocol: says why, and leaves.
    pub(crate) fn violated(&mut self, now: Instant, violation: Violation) {
        match self.phase {
            Phase::Talking | Phase::PeerLeft { .. } => {
                self.say_goodbye(now, violation.reason, &violation.message);
            }
            Phase::Leaving { .. } | Phase::Over => {}
        }
    }

    /// The peer's stream ended. Behind its goodbye that is no news: it still reads what we say.
    pub(crate) fn handle_end(&mut self) {
        match &self.phase {
            Phase::Talking => self.finish(Ending::Crashed),
            Phase::Leaving {
                ending,
                peer_left: false,
                ..
            } => {
                let ending = ending.clone();
                self.finish(ending);
            }
            Phase::PeerLeft { .. } | Phase::Leaving { .. } | Phase::Over => {}
        }
    }

    /// Reading or writing failed.
    pub(crate) fn handle_failure(&mut self, error: &std::io::Error) {
        match &self.phase {
            Phase::Talking => self.finish(Ending::Failed(error.to_string())),
            Phase::PeerLeft { ending, .. } | Phase::Leaving { ending, .. } => {
                let ending = ending.clone();
                self.finish(ending);
            }
            Phase::Over => {}
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match self.phase {
            Phase::Talking => self.ready_until,
            Phase::PeerLeft { until, .. } | Phase::Leaving { until, .. } => Some(until),
            Phase::Over => None,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_none_or(|due| now < due) {
            return;
        }
        match &self.phase {
            Phase::Talking => {
                let within = self.settings.ready_within;
                let message = format!("no complete subscriptions within {within:?}");
                self.violated(now, Violation::protocol(message));
            }
            Phase::PeerLeft { .. } => {
                self.say_goodbye(
                    now,
                    GoodbyeReason::Shutdown,
                    "events were not taken in time",
                );
            }
            Phase::Leaving { ending, .. } => {
                let ending = ending.clone();
                self.finish(ending);
            }
            Phase::Over => {}
        }
    }

    /// Whether our goodbye is written, so that the write half can be shut down.
    pub(crate) fn has_said_all(&self) -> bool {
        matches!(self.phase, Phase::Leaving { .. }) && self.outbox.is_flushed()
    }

    /// Whether the peer's goodbye came.
    pub(crate) fn has_peer_left(&self) -> bool {
        match self.phase {
            Phase::PeerLeft { .. } => true,
            Phase::Leaving { peer_left, .. } => peer_left,
            Phase::Talking | Phase::Over => false,
        }
    }

    /// Whether nothing is left to do on the stream.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Ends the link without a word.
    pub(crate) fn finish(&mut self, ending: Ending) {
        if self.is_over() {
            return;
        }
        self.phase = Phase::Over;
        self.abandon_requests();
        self.exchanges.cancel_owed();
        let unconfirmed = self.unconfirmed();
        self.interests.clear(&mut self.events);
        self.events.push(LinkEvent::Closed {
            ending,
            unconfirmed,
        });
    }

    /// The peer's goodbye: nothing more is coming, and nothing of ours is wanted any more.
    pub(super) fn peer_left(&mut self, now: Instant, goodbye: Goodbye) {
        let said = Ending::PeerSaidGoodbye {
            reason: goodbye.reason(),
            message: goodbye.message,
        };
        self.abandon_requests();
        match &mut self.phase {
            Phase::Talking => {
                self.interests.clear(&mut self.events);
                self.phase = Phase::PeerLeft {
                    until: now + self.settings.drain,
                    ending: said,
                };
                self.leave_after_the_peer(now);
            }
            Phase::Leaving { peer_left, .. } => {
                *peer_left = true;
                self.finish_if_flushed();
            }
            Phase::PeerLeft { .. } | Phase::Over => {}
        }
    }

    /// Answers the peer's goodbye once consumers took all that came before it.
    pub(super) fn leave_after_the_peer(&mut self, now: Instant) {
        if matches!(self.phase, Phase::PeerLeft { .. }) && !self.wanted.is_held() {
            self.say_goodbye(now, GoodbyeReason::Shutdown, "");
        }
    }

    /// Both said goodbye and everything is written: the link is over.
    pub(super) fn finish_if_flushed(&mut self) {
        if let Phase::Leaving {
            ending,
            peer_left: true,
            ..
        } = &self.phase
        {
            if self.outbox.is_flushed() {
                let ending = ending.clone();
                self.finish(ending);
            }
        }
    }

    fn abandon_requests(&mut self) {
        let awaited = self.exchanges.take_awaited();
        if !awaited.is_empty() {
            self.events.push(LinkEvent::Unanswered(awaited));
        }
    }
}
