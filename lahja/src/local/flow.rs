//! Flow control of an endpoint's own subscribers, as its peers have it over their links.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::link::{Attempt, Outflow, SendId};

/// What delivers an event to the local subscribers once there is room. It gets the number of
/// events missed before it, or `None` if the endpoint stops and there never will be room.
pub(crate) type Deliver = Box<dyn FnOnce(Option<u64>) + Send>;

/// What to do once nothing is delivered any more.
type End = Box<dyn FnOnce() + Send>;

struct Held {
    deliver: Deliver,
    cost: u64,
}

struct State {
    flow: Outflow<Held>,
    /// Somebody delivers what waited: whoever makes room meanwhile leaves it to them. A delivery
    /// that nobody takes makes room itself, and would otherwise go one deeper for each that waits.
    pumping: bool,
    /// Deliveries that have room and are on their way.
    delivering: usize,
    closed: bool,
    end: Option<End>,
}

/// The window of one event type within its own endpoint.
pub(crate) struct LocalFlow(Mutex<State>);

impl LocalFlow {
    pub(crate) fn new(window: u64) -> Self {
        Self(Mutex::new(State {
            flow: Outflow::new(window),
            pumping: false,
            delivering: 0,
            closed: false,
            end: None,
        }))
    }

    /// Accounts for an event that is delivered now, if there is room.
    pub(crate) fn try_spend(self: &Arc<Self>, cost: u64) -> Result<Turn, Attempt> {
        let mut state = self.lock();
        match state.probe() {
            Attempt::Sent => {
                state.flow.spend(cost);
                state.delivering += 1;
                Ok(Turn {
                    flow: self.clone(),
                    missed: state.flow.take_missed(),
                })
            }
            Attempt::Stalled => {
                state.flow.miss();
                Err(Attempt::Stalled)
            }
            other => Err(other),
        }
    }

    /// Lets a delivery wait for room under `id`.
    pub(crate) fn wait(&self, id: SendId, cost: u64, deliver: Deliver) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            return deliver(None);
        }
        state.flow.wait(id, Held { deliver, cost });
        drop(state);
        self.pump();
    }

    /// Gives up on what waits under `id`; false if it was delivered before.
    pub(crate) fn abandon(&self, id: SendId) -> bool {
        // It is dropped without the lock: the event in it may run code of its user's.
        let abandoned = self.lock().flow.abandon(id);
        abandoned.is_some()
    }

    /// A broadcast's deadline passed; false if that is known.
    pub(crate) fn stall(&self) -> bool {
        self.lock().flow.stall()
    }

    /// The last subscriber took an event of this cost.
    pub(crate) fn credit(&self, cost: u64) {
        self.lock().flow.credit(cost);
        self.pump();
    }

    /// The endpoint stops: nothing more is delivered, and what waits hears so. `end` is called
    /// once what is on its way has been delivered.
    pub(crate) fn close(&self, end: impl FnOnce() + Send + 'static) {
        let mut state = self.lock();
        state.closed = true;
        state.end = Some(Box::new(end));
        let waiting: Vec<_> = state.flow.drain_waiting().collect();
        let end = state.take_end();
        drop(state);
        for (_, waiting) in waiting {
            (waiting.deliver)(None);
        }
        if let Some(end) = end {
            end();
        }
    }

    fn delivered(&self) {
        let mut state = self.lock();
        state.delivering -= 1;
        let end = state.take_end();
        drop(state);
        if let Some(end) = end {
            end();
        }
    }

    fn pump(&self) {
        if std::mem::replace(&mut self.lock().pumping, true) {
            return;
        }
        while let Some((deliver, missed)) = self.next_ready() {
            // Whoever made room is not to suffer from the event of another.
            if catch_unwind(AssertUnwindSafe(|| deliver(Some(missed)))).is_err() {
                tracing::error!("delivering an event that waited for room panicked");
            }
            self.delivered();
        }
    }

    /// The first that waits, if there is room for it; else the pumping is over.
    fn next_ready(&self) -> Option<(Deliver, u64)> {
        let mut state = self.lock();
        let ready = state.flow.next_ready();
        state.pumping = ready.is_some();
        let ready = ready?;
        state.flow.spend(ready.item.cost);
        state.delivering += 1;
        Some((ready.item.deliver, ready.missed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn probe(&self) -> Attempt {
        if self.closed {
            Attempt::Gone
        } else if self.flow.is_clear() {
            Attempt::Sent
        } else if self.flow.is_stalled() {
            Attempt::Stalled
        } else {
            Attempt::NoRoom
        }
    }

    /// What to do now that nothing is delivered any more, if that is so.
    fn take_end(&mut self) -> Option<End> {
        if self.delivering > 0 {
            return None;
        }
        self.end.take()
    }
}

/// Room for one event, to be held until it is delivered.
pub(crate) struct Turn {
    flow: Arc<LocalFlow>,
    missed: u64,
}

impl Turn {
    /// How many events were missed before this one.
    pub(crate) fn missed(&self) -> u64 {
        self.missed
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.flow.delivered();
    }
}

impl fmt::Debug for LocalFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalFlow").finish_non_exhaustive()
    }
}
