//! A handler that is called for each event.

use std::fmt;

use super::Registration;
use crate::Event;

/// Keeps a handler subscribed. Dropping it unsubscribes: the handler is not called again, though
/// a call that runs is not interrupted.
#[must_use = "dropping the subscription unsubscribes; `detach` leaves it on"]
pub struct Subscription(Box<dyn Registered>);

impl Subscription {
    pub(crate) fn new<E: Event>(registration: Registration<E>) -> Self {
        Self(Box::new(registration))
    }

    /// Leaves the subscription on for as long as the endpoint runs.
    pub fn detach(self) {
        self.0.detach();
    }

    /// Resolves once every endpoint that was connected when it began has acknowledged it, or is
    /// gone: what they broadcast from then on arrives. Cancel safe.
    pub async fn confirmed(&self) {
        self.0.confirmed().await;
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("event", &self.0.event())
            .finish()
    }
}

type Confirmed<'a> = std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A registration, whatever its event.
trait Registered: Send + Sync {
    fn event(&self) -> &'static str;
    fn detach(self: Box<Self>);
    fn confirmed(&self) -> Confirmed<'_>;
}

impl<E: Event> Registered for Registration<E> {
    fn event(&self) -> &'static str {
        E::NAME
    }

    fn detach(self: Box<Self>) {
        Registration::detach(*self);
    }

    fn confirmed(&self) -> Confirmed<'_> {
        Box::pin(Registration::confirmed(self))
    }
}
