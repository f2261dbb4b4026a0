//! An event as a subscriber gets it, and the answer that a request owes.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::local::{Context, Delivery, Holder};
use crate::{Error, Event, Request, Result};

static NO_HEADERS: BTreeMap<String, String> = BTreeMap::new();

/// An event, and what came with it. Derefs to the event.
///
/// The subscribers of one process share the event; [`into_inner`](Self::into_inner) gives an
/// owned one. If it is a request, dropping it unanswered answers with
/// [`Error::Unanswered`].
pub struct Received<E> {
    held: Held<E>,
    missed: u64,
    holder: Option<Holder>,
}

enum Held<E> {
    /// With the other subscribers of this process.
    Shared(Arc<Delivery<E>>),
    /// By the only subscriber.
    Single {
        event: E,
        origin: SmolStr,
        headers: Option<Arc<BTreeMap<String, String>>>,
    },
}

impl<E: Event> Received<E> {
    /// An event, before which so many were missed.
    pub(crate) fn shared(delivery: Arc<Delivery<E>>, holder: Option<Holder>, missed: u64) -> Self {
        Self {
            missed,
            held: Held::Shared(delivery),
            holder,
        }
    }

    /// An event that nobody else gets.
    pub(crate) fn single(event: E, context: Context, holder: Option<Holder>, missed: u64) -> Self {
        Self {
            held: Held::Single {
                event,
                origin: context.origin,
                headers: context.headers,
            },
            missed,
            holder,
        }
    }

    /// An event that nobody else gets and with which nothing comes, from the endpoint `origin`.
    pub(crate) fn plain(event: E, origin: &SmolStr, missed: u64) -> Self {
        Self {
            held: Held::Single {
                event,
                origin: origin.clone(),
                headers: None,
            },
            missed,
            holder: None,
        }
    }

    /// The name of the endpoint that sent it: as the connection knows it, not as the event says.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.held.origin()
    }

    /// What the sender added with [`BroadcastConfig::header`](crate::BroadcastConfig::header).
    #[must_use]
    pub fn headers(&self) -> &BTreeMap<String, String> {
        match &self.held {
            Held::Shared(delivery) => delivery.context.headers.as_deref(),
            Held::Single { headers, .. } => headers.as_deref(),
        }
        .unwrap_or(&NO_HEADERS)
    }

    /// How many events of this type were lost just before this one: this sender gave up waiting
    /// for room here, or what came from whichever sender did not decode. 0 means no gap.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed
    }

    /// Whether it is a request of somebody who had better read earlier answers first.
    pub(crate) fn requester_is_behind(&self) -> bool {
        let holder = self.holder.as_ref();
        holder.is_some_and(Holder::requester_is_behind)
    }

    /// Whether the sender waits for an answer.
    #[must_use]
    pub fn expects_answer(&self) -> bool {
        self.holder.is_some()
    }

    /// The event alone; cloned if other subscribers of this process hold it too.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.held.into_event()
    }

    pub(crate) fn take_holder(&mut self) -> Option<Holder> {
        self.holder.take()
    }
}

impl<R: Request> Received<R> {
    /// Answers the request. Of several answers by the subscribers of one endpoint the first
    /// counts; one that comes too late is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] if the answer does not fit a frame that the requester takes: the
    /// requester gets [`Error::HandlerFailed`]. [`Error::NotRequested`] if this came by
    /// `broadcast`, so that nobody waits for an answer.
    pub fn reply(self, answer: R::Response) -> Result<()> {
        self.into_parts().1.send(answer)
    }

    /// The request, and the means to answer it later, from anywhere.
    pub fn into_parts(self) -> (R, Reply<R>) {
        let reply = Reply {
            holder: self.holder,
            request: PhantomData,
        };
        (self.held.into_event(), reply)
    }
}

impl<E> Held<E> {
    fn event(&self) -> &E {
        match self {
            Self::Shared(delivery) => &delivery.event,
            Self::Single { event, .. } => event,
        }
    }

    fn origin(&self) -> &str {
        match self {
            Self::Shared(delivery) => &delivery.context.origin,
            Self::Single { origin, .. } => origin,
        }
    }
}

impl<E: Event> Held<E> {
    fn into_event(self) -> E {
        match self {
            Self::Shared(delivery) => match Arc::try_unwrap(delivery) {
                Ok(delivery) => delivery.event,
                Err(shared) => shared.event.clone(),
            },
            Self::Single { event, .. } => event,
        }
    }
}

impl<E> Deref for Received<E> {
    type Target = E;

    fn deref(&self) -> &E {
        self.held.event()
    }
}

impl<E: fmt::Debug> fmt::Debug for Received<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("event", self.held.event())
            .field("origin", &self.held.origin())
            .field("missed", &self.missed)
            .finish_non_exhaustive()
    }
}

/// The means to answer a request. Dropping it answers with [`Error::Unanswered`].
#[derive(Debug)]
#[must_use = "a request whose reply is dropped ends with `Error::Unanswered`"]
pub struct Reply<R> {
    holder: Option<Holder>,
    request: PhantomData<fn(R)>,
}

impl<R: Request> Reply<R> {
    /// Answers, as [`Received::reply`] does and with the same errors.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], [`Error::NotRequested`].
    pub fn send(self, answer: R::Response) -> Result<()> {
        match self.holder {
            Some(holder) => holder.reply(answer),
            None => Err(Error::NotRequested { event: R::NAME }),
        }
    }

    /// Resolves once nobody waits for the answer any more. Cancel safe.
    pub async fn cancelled(&self) {
        match &self.holder {
            Some(holder) => holder.cancelled().cancelled().await,
            None => std::future::pending().await,
        }
    }
}
