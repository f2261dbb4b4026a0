//! Events as a stream.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;
use futures::stream::FusedStream;

use super::{Inbox, Received, Registration};
use crate::Event;

/// The events of one type, in the order in which they came from each sender.
///
/// Subscribes when it is made, unsubscribes when it is dropped. It ends when its endpoint stops
/// (what came before can still be read), or after [`take`](Self::take) events. An event returns
/// its credit when the stream gives it out: a stream that is not read slows its senders down.
#[derive(Debug)]
#[must_use = "dropping the stream unsubscribes"]
pub struct EventStream<E: Event> {
    inbox: Inbox<E>,
    /// `None` once the stream has given out as many as it was to take.
    registration: Option<Registration<E>>,
    left: Option<usize>,
}

impl<E: Event> EventStream<E> {
    pub(crate) fn new(registration: Registration<E>) -> Self {
        Self {
            inbox: Inbox::new(registration.mailbox().clone()),
            registration: Some(registration),
            left: None,
        }
    }

    /// The next event; `None` once no more will come. Cancel safe: an event is either given out
    /// or still in the stream.
    pub async fn next(&mut self) -> Option<Received<E>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Ends, and unsubscribes, after `events` events.
    pub fn take(mut self, events: usize) -> Self {
        self.left = Some(events);
        self.end_if_complete();
        self
    }

    /// Resolves once every endpoint that was connected when the stream was made has acknowledged
    /// the subscription, or is gone: what they broadcast from then on arrives. Cancel safe.
    pub async fn confirmed(&self) {
        if let Some(registration) = &self.registration {
            registration.confirmed().await;
        }
    }

    /// What the inbox gives is returned untouched: a look at the event would have it copied here,
    /// for half of what its decoding costs.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        match self.left {
            None => self.inbox.poll_next(cx),
            Some(0) => Poll::Ready(None),
            Some(left) => self.poll_limited(left, cx),
        }
    }

    fn poll_limited(&mut self, left: usize, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        let next = ready!(self.inbox.poll_next(cx));
        self.left = Some(next.as_ref().map_or(0, |_| left - 1));
        self.end_if_complete();
        Poll::Ready(next)
    }

    fn end_if_complete(&mut self) {
        if self.left == Some(0) {
            self.registration = None;
            self.inbox.clear();
        }
    }
}

/// Events are moved through a stream, never pinned in it.
impl<E: Event> Unpin for EventStream<E> {}

impl<E: Event> Stream for EventStream<E> {
    type Item = Received<E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Received<E>>> {
        self.poll_event(cx)
    }
}

impl<E: Event> FusedStream for EventStream<E> {
    fn is_terminated(&self) -> bool {
        self.left == Some(0) || self.inbox.has_ended()
    }
}
