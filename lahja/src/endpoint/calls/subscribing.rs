//! Calls that receive events, and that ask who does.

use std::future::{Future, ready};

use crate::{Endpoint, Event, EventStream, Received, Result, Subscription};

/// Subscribing.
impl Endpoint {
    /// The events of one type as a stream, from now on.
    ///
    /// # Errors
    ///
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::TooManySubscriptions`](crate::Error::TooManySubscriptions),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub fn stream<E: Event>(&self) -> Result<EventStream<E>> {
        Ok(EventStream::new(self.core.subscribe()?))
    }

    /// One event. Subscribes now, not when it is first polled.
    ///
    /// # Errors
    ///
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision);
    /// [`Error::Stopped`](crate::Error::Stopped), also if the endpoint stops before one comes.
    pub fn wait_for<E: Event>(&self) -> impl Future<Output = Result<Received<E>>> + Send + use<E> {
        let stream = self.stream::<E>();
        let core = self.core.clone();
        async move {
            let next = stream?.next().await;
            next.ok_or_else(|| core.stopped())
        }
    }

    /// Calls `handler` for each event of its type, in order, one at a time. A panic is logged,
    /// and the next event is handled as if nothing had been.
    ///
    /// # Errors
    ///
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::TooManySubscriptions`](crate::Error::TooManySubscriptions),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub fn subscribe<E, F>(&self, mut handler: F) -> Result<Subscription>
    where
        E: Event,
        F: FnMut(Received<E>) + Send + 'static,
    {
        self.core.handle_each(move |received| {
            handler(received);
            ready(())
        })
    }

    /// [`subscribe`](Self::subscribe) with a handler that awaits: the next event waits until it
    /// is done.
    ///
    /// # Errors
    ///
    /// Those of `subscribe`.
    pub fn subscribe_async<E, F, Fut>(&self, handler: F) -> Result<Subscription>
    where
        E: Event,
        F: FnMut(Received<E>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.core.handle_each(handler)
    }

    /// Whether the endpoint of this name, which may be this one, subscribes to `E`.
    #[must_use]
    pub fn is_endpoint_subscribed_to<E: Event>(&self, name: &str) -> bool {
        self.core.is_subscribed::<E>(name)
    }

    /// Whether this endpoint or any that it is connected to subscribes to `E`.
    #[must_use]
    pub fn is_any_endpoint_subscribed_to<E: Event>(&self) -> bool {
        self.core.is_any_subscribed::<E>()
    }

    /// Whether all endpoints that this one is connected to subscribe to `E`.
    #[must_use]
    pub fn are_all_endpoints_subscribed_to<E: Event>(&self) -> bool {
        self.core.are_all_subscribed::<E>()
    }

    /// Resolves once the endpoint of this name is connected and subscribes to `E`. Cancel safe.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn wait_until_endpoint_subscribed_to<E: Event>(&self, name: &str) -> Result<()> {
        self.core
            .wait_for(|| self.core.is_subscribed::<E>(name))
            .await
    }

    /// Resolves once this endpoint or any that it is connected to subscribes to `E`. Cancel safe.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn wait_until_any_endpoint_subscribed_to<E: Event>(&self) -> Result<()> {
        self.core
            .wait_for(|| self.core.is_any_subscribed::<E>())
            .await
    }

    /// Resolves once all endpoints that this one is connected to subscribe to `E`. Cancel safe.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn wait_until_all_endpoints_subscribed_to<E: Event>(&self) -> Result<()> {
        self.core
            .wait_for(|| self.core.are_all_subscribed::<E>())
            .await
    }
}
