//! The reading end of a mailbox.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Received;
use crate::Event;
use crate::local::{Mailbox, Queued};

/// Takes events one by one from a mailbox that it empties as a whole.
#[derive(Debug)]
pub(crate) struct Inbox<E> {
    mailbox: Arc<Mailbox<Queued<E>>>,
    taken: VecDeque<Queued<E>>,
}

impl<E: Event> Inbox<E> {
    pub(crate) fn new(mailbox: Arc<Mailbox<Queued<E>>>) -> Self {
        Self {
            mailbox,
            taken: VecDeque::new(),
        }
    }

    /// The next event; `None` once no more will come.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        // A flood must not keep the other tasks of this thread from running.
        let turn = ready!(tokio::task::coop::poll_proceed(cx));
        if self.taken.is_empty() {
            ready!(self.mailbox.poll_take(&mut self.taken, cx));
        }
        turn.made_progress();
        let next = self.taken.pop_front().and_then(Queued::take);
        Poll::Ready(next.map(|(delivery, holder)| Received::new(delivery, holder)))
    }

    pub(crate) async fn next(&mut self) -> Option<Received<E>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Forgets what was taken off the mailbox and not given out.
    pub(crate) fn clear(&mut self) {
        self.taken.clear();
    }

    /// Whether the subscription was given up, so that its handler is not called any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.mailbox.is_closed()
    }
}
