//! The queue between whoever delivers and one subscriber.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    waker: Option<Waker>,
    /// Nothing more comes in; what is there can still be taken.
    ended: bool,
    /// The subscriber is gone.
    closed: bool,
}

/// A queue without a bound of its own: the windows of the senders bound what lies in it.
#[derive(Debug)]
pub(crate) struct Mailbox<T>(Mutex<State<T>>);

impl<T> Mailbox<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            queue: VecDeque::new(),
            waker: None,
            ended: false,
            closed: false,
        }))
    }

    /// Adds an item; one that comes too late is dropped.
    pub(crate) fn push(&self, item: T) {
        let mut state = self.lock();
        if state.ended {
            drop(state);
            drop(item);
            return;
        }
        state.queue.push_back(item);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes all that is there; ready with nothing in `into` once nothing more comes.
    pub(crate) fn poll_take(&self, into: &mut VecDeque<T>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if !state.queue.is_empty() {
            std::mem::swap(&mut state.queue, into);
            return Poll::Ready(());
        }
        if state.ended {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Nothing more comes in.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The subscriber leaves: drops what it did not take.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let unread = std::mem::take(&mut state.queue);
        drop(state);
        drop(unread);
        self.end();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No item's code runs under the lock, so a panic cannot leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::task::noop_waker_ref;

    use super::*;

    fn take(mailbox: &Mailbox<u32>) -> Poll<Vec<u32>> {
        let mut taken = VecDeque::new();
        let polled = mailbox.poll_take(&mut taken, &mut Context::from_waker(noop_waker_ref()));
        polled.map(|()| taken.into())
    }

    #[test]
    fn all_that_came_is_taken_at_once_and_in_order() {
        let mailbox = Mailbox::new();
        mailbox.push(1);
        mailbox.push(2);
        assert_eq!(take(&mailbox), Poll::Ready(vec![1, 2]));
        assert_eq!(take(&mailbox), Poll::Pending);
    }

    #[test]
    fn what_came_before_the_end_can_be_taken_after_it() {
        let mailbox = Mailbox::new();
        mailbox.push(1);
        mailbox.end();
        mailbox.push(2);
        assert_eq!(take(&mailbox), Poll::Ready(vec![1]));
        assert_eq!(take(&mailbox), Poll::Ready(vec![]));
    }

    #[test]
    fn a_subscriber_that_leaves_drops_what_it_did_not_take() {
        let mailbox = Mailbox::new();
        mailbox.push(1);
        mailbox.close();
        assert_eq!(take(&mailbox), Poll::Ready(vec![]));
    }
}
