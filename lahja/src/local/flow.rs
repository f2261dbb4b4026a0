//! Flow control of an endpoint's own subscribers, as its peers have it over their links.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::link::{Attempt, Outflow, SendId};

/// What delivers an event to the local subscribers once there is room. It gets the number of
/// events missed before it.
pub(crate) type Deliver = Box<dyn FnOnce(u64) + Send>;

struct Waiting {
    deliver: Deliver,
    cost: u64,
    /// Called with the ID under which it waited, once it is delivered.
    sent: Box<dyn FnOnce(SendId) + Send>,
}

/// The window of one event type within its own endpoint.
pub(crate) struct LocalFlow(Mutex<Outflow<Waiting>>);

impl LocalFlow {
    pub(crate) fn new(window: u64) -> Self {
        Self(Mutex::new(Outflow::new(window)))
    }

    /// Accounts for an event that is delivered now, if there is room: gives how many were missed
    /// before it.
    pub(crate) fn try_spend(&self, cost: u64) -> Result<u64, Attempt> {
        let mut flow = self.lock();
        match probe(&flow) {
            Attempt::Sent => {
                flow.spend(cost);
                Ok(flow.take_missed())
            }
            Attempt::Stalled => {
                flow.miss();
                Err(Attempt::Stalled)
            }
            other => Err(other),
        }
    }

    /// Lets a delivery wait for room under `id`.
    pub(crate) fn wait(
        &self,
        id: SendId,
        cost: u64,
        deliver: Deliver,
        sent: Box<dyn FnOnce(SendId) + Send>,
    ) {
        let waiting = Waiting {
            deliver,
            cost,
            sent,
        };
        self.lock().wait(id, waiting);
        self.pump();
    }

    /// Gives up on what waits under `id`; false if it was delivered before.
    pub(crate) fn abandon(&self, id: SendId) -> bool {
        self.lock().abandon(id)
    }

    /// A broadcast's deadline passed; false if that is known.
    pub(crate) fn stall(&self) -> bool {
        self.lock().stall()
    }

    /// The last subscriber took an event of this cost.
    pub(crate) fn credit(&self, cost: u64) {
        self.lock().credit(cost);
        self.pump();
    }

    fn pump(&self) {
        loop {
            let mut flow = self.lock();
            let Some(ready) = flow.next_ready() else {
                return;
            };
            flow.spend(ready.item.cost);
            drop(flow);
            (ready.item.deliver)(ready.missed);
            (ready.item.sent)(ready.id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Outflow<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn probe(flow: &Outflow<Waiting>) -> Attempt {
    if flow.is_clear() {
        Attempt::Sent
    } else if flow.is_stalled() {
        Attempt::Stalled
    } else {
        Attempt::NoRoom
    }
}

impl fmt::Debug for LocalFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalFlow").finish_non_exhaustive()
    }
}
