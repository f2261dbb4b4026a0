//! The reading end of a mailbox.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Received;
use crate::Event;
use crate::local::{Mailbox, Next, Queue, decode_copied, report_undecodable};
use crate::steps::Steps;

/// After so many events in a row that do not decode other tasks have their turn.
const LOST_AT_ONCE: u32 = 128;

/// Takes events one by one from a mailbox that it empties as a whole.
#[derive(Debug)]
pub(crate) struct Inbox<E> {
    mailbox: Arc<Mailbox<E>>,
    taken: Queue<E>,
    /// Events that did not come since the last one that was taken.
    lost: u64,
    steps: Steps,
    ended: bool,
}

impl<E: Event> Inbox<E> {
    pub(crate) fn new(mailbox: Arc<Mailbox<E>>) -> Self {
        Self {
            mailbox,
            taken: Queue::default(),
            lost: 0,
            steps: Steps::of_receiving(),
            ended: false,
        }
    }

    /// The next event; `None` once no more will come.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        match self.steps.begins() {
            true => self.poll_step(cx),
            false => self.poll_mailbox(cx),
        }
    }

    /// A flood must not keep the other tasks of this thread from running.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        let step = ready!(tokio::task::coop::poll_proceed(cx));
        let next = self.poll_mailbox(cx);
        if next.is_ready() {
            step.made_progress();
        }
        next
    }

    /// Each event is made right where the caller gets it, so there is no function in between.
    fn poll_mailbox(&mut self, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        for _ in 0..LOST_AT_ONCE {
            if self.taken.is_empty() {
                self.taken.clear();
                ready!(self.mailbox.poll_take(&mut self.taken, cx));
            }
            match self.taken.next() {
                None => {
                    self.ended = true;
                    return Poll::Ready(None);
                }
                Some(Next::Encoded {
                    payload,
                    origin,
                    missed,
                }) => {
                    let missed = missed.saturating_add(std::mem::take(&mut self.lost));
                    match decode_copied(payload) {
                        Ok(event) => {
                            return Poll::Ready(Some(Received::plain(event, origin, missed)));
                        }
                        Err(why) => {
                            self.lost = missed.saturating_add(1);
                            report_undecodable(E::NAME, origin, &why);
                        }
                    }
                }
                Some(Next::Single(single)) => {
                    let (event, context, holder) = single.take();
                    let missed = self.missed(context.missed);
                    return Poll::Ready(Some(Received::single(event, context, holder, missed)));
                }
                Some(Next::Shared(queued)) => {
                    if let Some((delivery, holder)) = queued.take() {
                        let missed = self.missed(delivery.context.missed);
                        return Poll::Ready(Some(Received::shared(delivery, holder, missed)));
                    }
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    pub(crate) async fn next(&mut self) -> Option<Received<E>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Forgets what was taken off the mailbox and not given out.
    pub(crate) fn clear(&mut self) {
        self.taken.clear();
    }

    /// Whether it was seen that no more will come.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether the subscription was given up, so that its handler is not called any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.mailbox.is_closed()
    }

    /// How many events the next one has to tell of, if it knows of so many.
    fn missed(&mut self, missed: u64) -> u64 {
        missed.saturating_add(std::mem::take(&mut self.lost))
    }
}
