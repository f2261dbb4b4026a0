//! Where the outcomes of one broadcast or request come together, one from each receiver.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

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

/// Outcomes by receiver, in the order in which they came. One task awaits them.
#[derive(Debug, Default)]
pub(crate) struct Collector(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The oldest, which mostly is the only one.
    first: Option<(LinkId, Outcome)>,
    more: VecDeque<(LinkId, Outcome)>,
    /// The deadline passed, which was not said yet.
    overdue: bool,
    waker: Option<Waker>,
}

impl Collector {
    pub(crate) fn push(&self, from: LinkId, outcome: Outcome) {
        let mut state = self.lock();
        match state.first {
            None => state.first = Some((from, outcome)),
            Some(_) => state.more.push_back((from, outcome)),
        }
        wake(state);
    }

    /// The deadline passed.
    pub(crate) fn expire(&self) {
        let mut state = self.lock();
        state.overdue = true;
        wake(state);
    }

    /// The next that came. Cancel safe.
    pub(crate) async fn next(&self) -> (LinkId, Outcome) {
        loop {
            if let Some(next) = self.next_in_time().await {
                return next;
            }
        }
    }

    /// The next that came; `None`, once, if nothing did before the deadline passed. Cancel safe.
    pub(crate) async fn next_in_time(&self) -> Option<(LinkId, Outcome)> {
        poll_fn(|cx| {
            let mut state = self.lock();
            if let Some(next) = state.first.take() {
                state.first = state.more.pop_front();
                return Poll::Ready(Some(next));
            }
            if std::mem::take(&mut state.overdue) {
                return Poll::Ready(None);
            }
            state.waker = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}
