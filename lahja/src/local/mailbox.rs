//! The queue between whoever delivers and one subscriber.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::delivery::{Queued, Single, Source};
use super::queue::{Queue, Unread};
use crate::wire::run::Run;

#[derive(Debug)]
struct State<E> {
    queue: Queue<E>,
    waker: Option<Waker>,
    /// Nothing more comes in; what is there can still be taken.
    ended: bool,
    /// The subscriber is gone.
    closed: bool,
}

/// A queue without a bound of its own: the windows of the senders bound what lies in it.
#[derive(Debug)]
pub(crate) struct Mailbox<E>(Mutex<State<E>>);

impl<E> Mailbox<E> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            queue: Queue::default(),
            waker: None,
            ended: false,
            closed: false,
        }))
    }

    /// Adds an event that others take too; one that comes too late is dropped.
    pub(crate) fn push_shared(&self, event: Queued<E>) {
        self.push(event, Queue::push_shared);
    }

    /// Adds an event that nobody else takes; one that comes too late is dropped.
    pub(crate) fn push_single(&self, event: Single<E>) {
        self.push(event, Queue::push_single);
    }

    /// Adds a run of events, before which so many were missed; one that comes too late counts as
    /// taken.
    pub(crate) fn push_run(&self, run: &Run, source: Source, missed: u64) {
        let unread = Unread::new(run, source, missed);
        self.push(unread, |queue, unread| queue.push_run(run, unread));
    }

    fn push<T>(&self, item: T, add: impl FnOnce(&mut Queue<E>, T)) {
        let mut state = self.lock();
        if state.ended {
            drop(state);
            drop(item);
            return;
        }
        add(&mut state.queue, item);
        wake(state);
    }

    /// Takes all that is there; ready with nothing in `into`, which is empty, once nothing more
    /// comes.
    pub(crate) fn poll_take(&self, into: &mut Queue<E>, cx: &mut Context<'_>) -> Poll<()> {
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
        wake(state);
    }

    /// The subscriber leaves: drops what it did not take.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.ended = true;
        let unread = std::mem::take(&mut state.queue);
        wake(state);
        drop(unread);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State<E>> {
        // No item's code runs under the lock, so a panic cannot leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake<E>(mut state: MutexGuard<'_, State<E>>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use futures::task::noop_waker_ref;

    use super::*;
    use crate::local::{Context as EventContext, Next, Receipt};

    fn push(mailbox: &Mailbox<u32>, event: u32) {
        let context = EventContext {
            origin: "somebody".into(),
            headers: None,
            missed: 0,
        };
        mailbox.push_single(Single::new(event, context, Receipt::Request, None));
    }

    fn take(mailbox: &Mailbox<u32>) -> Poll<Vec<u32>> {
        let mut taken = Queue::default();
        let polled = mailbox.poll_take(&mut taken, &mut Context::from_waker(noop_waker_ref()));
        let next = || match taken.next()? {
            Next::Single(single) => Some(single.take().0),
            Next::Shared(_) | Next::Encoded { .. } => None,
        };
        polled.map(|()| std::iter::from_fn(next).collect())
    }

    #[test]
    fn all_that_came_is_taken_at_once_and_in_order() {
        let mailbox = Mailbox::new();
        push(&mailbox, 1);
        push(&mailbox, 2);
        assert_eq!(take(&mailbox), Poll::Ready(vec![1, 2]));
        assert_eq!(take(&mailbox), Poll::Pending);
    }

    #[test]
    fn what_came_before_the_end_can_be_taken_after_it() {
        let mailbox = Mailbox::new();
        push(&mailbox, 1);
        mailbox.end();
        push(&mailbox, 2);
        assert_eq!(take(&mailbox), Poll::Ready(vec![1]));
        assert_eq!(take(&mailbox), Poll::Ready(vec![]));
    }

    #[test]
    fn a_subscriber_that_leaves_drops_what_it_did_not_take() {
        let mailbox = Mailbox::new();
        push(&mailbox, 1);
        mailbox.close();
        assert_eq!(take(&mailbox), Poll::Ready(vec![]));
    }
}
