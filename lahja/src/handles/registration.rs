//! A subscription's entry in its endpoint.

use std::sync::Arc;

use crate::Event;
use crate::driver::Connection;
use crate::endpoint::Core;
use crate::local::Mailbox;

/// Makes its mailbox receive events while it lives.
#[derive(Debug)]
pub(crate) struct Registration<E: Event> {
    core: Arc<Core>,
    mailbox: Arc<Mailbox<E>>,
    /// The connections that were told of it, and under which revision.
    told: Vec<(Arc<Connection>, u64)>,
    detached: bool,
}

impl<E: Event> Registration<E> {
    pub(crate) fn new(
        core: Arc<Core>,
        mailbox: Arc<Mailbox<E>>,
        told: Vec<(Arc<Connection>, u64)>,
    ) -> Self {
        Self {
            core,
            mailbox,
            told,
            detached: false,
        }
    }

    pub(crate) fn mailbox(&self) -> &Arc<Mailbox<E>> {
        &self.mailbox
    }

    /// Leaves the subscription on for as long as the endpoint runs.
    pub(crate) fn detach(mut self) {
        self.detached = true;
    }

    /// Resolves once every peer that was told has acknowledged it, or is gone.
    pub(crate) async fn confirmed(&self) {
        let confirmed = |(connection, revision): &(Arc<Connection>, u64)| {
            connection.has_acknowledged(*revision)
        };
        self.core.until(|| self.told.iter().all(confirmed)).await;
    }
}

impl<E: Event> Drop for Registration<E> {
    fn drop(&mut self) {
        if !self.detached {
            self.mailbox.close();
            self.core.unsubscribe::<E>(&self.mailbox);
        }
    }
}
