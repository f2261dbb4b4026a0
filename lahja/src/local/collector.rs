//! Where the outcomes of one broadcast or request come together, one from each receiver.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::answer::LocalAnswer;
use crate::link::LinkId;
use crate::wire::{Broadcast, FailureCode};

/// Stands for the endpoint itself among its receivers; no link has this ID.
pub(crate) const SELF: LinkId = 0;

/// What a receiver made of an event or a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It waited for room and went out.
    Sent,
    /// The receiver, or its subscription, went away.
    Gone,
    Answered(Broadcast),
    AnsweredLocally(LocalAnswer),
    Failed {
        code: FailureCode,
        message: String,
    },
}

/// Outcomes by receiver, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Collector {
    outcomes: Mutex<Vec<(LinkId, Outcome)>>,
    ready: Notify,
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self {
            outcomes: Mutex::new(Vec::new()),
            ready: Notify::new(),
        }
    }

    pub(crate) fn push(&self, from: LinkId, outcome: Outcome) {
        self.lock().push((from, outcome));
        self.ready.notify_one();
    }

    /// All that came since the last call, at least one. Cancel safe.
    pub(crate) async fn next(&self) -> Vec<(LinkId, Outcome)> {
        loop {
            let came = std::mem::take(&mut *self.lock());
            if !came.is_empty() {
                return came;
            }
            self.ready.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(LinkId, Outcome)>> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
