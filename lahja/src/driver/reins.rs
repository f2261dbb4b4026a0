//! A link as its own driver has it.

use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use super::shared::Shared;
use super::{Connection, Sink, now};
use crate::link::{Link, LinkEvent};

/// The driver's access to its link: it needs no waking, and whatever it does under the lock, it
/// takes along what happened, so that a look at the link is one lock.
pub(super) struct Reins {
    connection: Arc<Connection>,
    sink: Arc<dyn Sink>,
    /// What happened, and was not acted on.
    events: Vec<LinkEvent>,
    /// Once it is acted on, the peer is to hear so.
    unacknowledged: bool,
    over: bool,
    due: Option<Instant>,
    waker: Waker,
}

impl Reins {
    pub(super) fn new(connection: Arc<Connection>, sink: Arc<dyn Sink>) -> Self {
        Self {
            connection,
            sink,
            events: Vec::new(),
            unacknowledged: false,
            over: false,
            due: None,
            waker: Waker::noop().clone(),
        }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether the link was over when it was last looked at.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// When the link, as it was last looked at, wants to hear the time.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Lets whoever works on the link wake this driver.
    pub(super) fn register(&mut self, waker: &Waker) {
        if !self.waker.will_wake(waker) {
            self.waker.clone_from(waker);
            self.connection.lock_shared().set_driver(waker);
        }
    }

    /// Neither this driver nor what it did not write is to live on in the connection, which others
    /// may keep for a while.
    pub(super) fn release(&mut self) {
        self.drive_shared(|shared| {
            shared.set_driver(Waker::noop());
            shared.link.forget_unwritten();
        });
    }

    /// Works on the link.
    pub(super) fn drive<R>(&mut self, work: impl FnOnce(&mut Link) -> R) -> R {
        self.drive_shared(|shared| work(&mut shared.link))
    }

    /// Works on the link, and on what else is shared with those who use it.
    pub(super) fn drive_shared<R>(&mut self, work: impl FnOnce(&mut Shared) -> R) -> R {
        let mut shared = self.connection.lock_shared();
        let result = work(&mut shared);
        self.unacknowledged |= shared.link.take_events(&mut self.events);
        self.over = shared.link.is_over();
        self.due = shared.link.poll_timeout();
        result
    }

    /// Acts on what happened, and only then lets the peer hear that its subscriptions hold. True if
    /// something did.
    pub(super) fn dispatch(&mut self) -> bool {
        let happened = !self.events.is_empty();
        while !self.events.is_empty() || self.unacknowledged {
            for event in self.events.drain(..) {
                self.sink.handle(&self.connection, event);
            }
            if std::mem::take(&mut self.unacknowledged) {
                self.drive(|link| link.acknowledge(now()));
            }
        }
        happened
    }
}
