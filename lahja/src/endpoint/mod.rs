//! The endpoint: what users call.

mod arrive;
mod broadcast;
mod builder;
mod connect;
mod core;
mod directory;
mod listen;
mod queries;
mod request;
mod respond;
mod routes;
mod sink;
mod stop;
mod subscribe;
mod targets;

use std::future::{Future, ready};
use std::sync::Arc;

pub(crate) use self::core::Core;
pub use broadcast::Sent;
pub use builder::EndpointBuilder;
pub use queries::ConnectionInfo;
pub use respond::IntoAnswer;
pub use stop::{Stopped, Unconfirmed};

use crate::handles::{EventStream, Received, Subscription};
use crate::{BroadcastConfig, ConnectionConfig, Event, Request, Result};

/// A process's place on the bus: it broadcasts, subscribes, asks and answers.
///
/// A cheap clone, usable from any task. It runs until [`stop`](Self::stop) is called, or until its
/// last clone is dropped: then connections are closed as the runtime gets to it, but nobody
/// waits for that, so call `stop` where losing the last events matters. A handler that holds a
/// clone keeps its endpoint running.
///
/// # Order
///
/// Of two broadcasts, the second begun after the first returned, every subscription that gets
/// both gets them in that order.
///
/// # Memory
///
/// Every queue is bounded. What one peer can make this endpoint hold is at most: for each type
/// subscribed to here, one [window](EndpointBuilder::window) and one frame of events; one frame
/// that is being read; [32 MiB](EndpointBuilder::unwritten_control) of answers and control; and
/// what is unwritten to it, [1 MiB](EndpointBuilder::unwritten_events) and one frame. An event
/// in a queue takes the memory of its Rust type, which may be more than its bytes.
#[derive(Clone, Debug)]
pub struct Endpoint {
    core: Arc<Core>,
    _alive: Arc<Alive>,
}

/// Ends the endpoint with its last handle.
#[derive(Debug)]
struct Alive(Arc<Core>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Making and ending endpoints.
impl Endpoint {
    /// Runs an endpoint that listens for others, with the default limits.
    ///
    /// # Errors
    ///
    /// See [`EndpointBuilder::serve`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time enabled.
    pub async fn serve(config: impl Into<ConnectionConfig>) -> Result<Self> {
        Self::builder(config).serve().await
    }

    /// Runs an endpoint that connects to others and does not listen, with the default limits.
    ///
    /// # Errors
    ///
    /// See [`EndpointBuilder::start`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time enabled.
    pub async fn new(config: impl Into<ConnectionConfig>) -> Result<Self> {
        Self::builder(config).start().await
    }

    /// Two endpoints that are connected in memory: for tests of what uses the bus.
    ///
    /// # Errors
    ///
    /// See [`EndpointBuilder::pair`].
    pub async fn pair(one: &str, other: &str) -> Result<(Self, Self)> {
        Self::builder(one).pair(Self::builder(other)).await
    }

    /// An endpoint with limits of one's own.
    pub fn builder(config: impl Into<ConnectionConfig>) -> EndpointBuilder {
        EndpointBuilder::new(config.into())
    }

    /// Stops in order: unsubscribes from everything, lets handlers and answers finish, writes
    /// what was accepted, says goodbye to every peer and waits until it has taken what was sent
    /// to it; all this up to the drain deadline. What streams hold can still be read.
    ///
    /// Every later call on the endpoint fails with [`Error::Stopped`](crate::Error::Stopped). Not
    /// cancel safe: dropped midway, the endpoint is left stopping. A second call returns at once.
    pub async fn stop(&self) -> Stopped {
        self.core.stop().await
    }

    /// This endpoint's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.core.me.name
    }

    fn of(core: Arc<Core>) -> Self {
        Self {
            _alive: Arc::new(Alive(core.clone())),
            core,
        }
    }
}

/// Connecting.
impl Endpoint {
    /// Connects to an endpoint, and returns when events can flow both ways. Waits for one that is
    /// not there yet, up to the connect deadline (10 s). Two endpoints that connect to each other
    /// end up with one connection, and both calls succeed.
    ///
    /// Cancel safe: dropped midway, no attempt is left behind.
    ///
    /// # Errors
    ///
    /// [`Error::ConnectionRejected`](crate::Error::ConnectionRejected),
    /// [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded),
    /// [`Error::InvalidName`](crate::Error::InvalidName),
    /// [`Error::PathTooLong`](crate::Error::PathTooLong),
    /// [`Error::InsecureDirectory`](crate::Error::InsecureDirectory),
    /// [`Error::Io`](crate::Error::Io), [`Error::Stopped`](crate::Error::Stopped).
    pub async fn connect_to(&self, config: impl Into<ConnectionConfig>) -> Result<()> {
        self.core.connect(&config.into()).await
    }

    /// Connects to several endpoints at once.
    ///
    /// # Errors
    ///
    /// The first error of [`connect_to`](Self::connect_to); the other attempts are given up,
    /// connections that came about stay.
    pub async fn connect_to_all<C>(&self, configs: impl IntoIterator<Item = C>) -> Result<()>
    where
        C: Into<ConnectionConfig>,
    {
        let dials: Result<Vec<_>> = configs
            .into_iter()
            .map(|config| self.core.dial(&config.into()))
            .collect();
        let runs = dials?.into_iter().map(|dial| dial.run());
        futures::future::try_join_all(runs).await?;
        Ok(())
    }

    /// Connects in the background; a failure there is logged.
    ///
    /// # Errors
    ///
    /// What can be told at once: an invalid name or path, or a rejection by this endpoint itself.
    pub fn connect_to_nowait(&self, config: impl Into<ConnectionConfig>) -> Result<()> {
        let config = config.into();
        let dial = self.core.dial(&config)?;
        let endpoint = self.core.name.clone();
        self.core.spawn(async move {
            if let Err(error) = dial.run().await {
                tracing::warn!(%endpoint, %error, "connecting in the background failed");
            }
        });
        Ok(())
    }

    /// Says goodbye to one endpoint: lets what is under way arrive, both ways, up to the drain
    /// deadline.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnected`](crate::Error::NotConnected).
    pub async fn disconnect_from(&self, name: &str) -> Result<()> {
        self.core.disconnect(name).await
    }

    /// Whether events can flow to and from this endpoint.
    #[must_use]
    pub fn is_connected_to(&self, name: &str) -> bool {
        self.core.is_connected_to(name)
    }

    /// Resolves once events can flow to and from this endpoint. Cancel safe.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn wait_until_connected_to(&self, name: &str) -> Result<()> {
        self.core.wait_for(|| self.core.is_connected_to(name)).await
    }

    /// The connected endpoints, sorted by name, with what they subscribe to.
    #[must_use]
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        self.core.connections()
    }
}

/// Broadcasting.
impl Endpoint {
    /// Sends an event to everyone who subscribes to it, here and at connected endpoints.
    ///
    /// Receivers that have room get it at once; for the others it waits, on all at once, up to
    /// the broadcast deadline (5 s). A receiver that lets the deadline pass is stalled: later
    /// broadcasts skip it at once until it makes room, and it learns by
    /// [`Received::missed`] how many it did not get. [`Sent`] names those who did not get it.
    ///
    /// Cancel safe: dropped midway, receivers without room do not get the event, and learn so.
    ///
    /// # Errors
    ///
    /// [`Error::Stalled`](crate::Error::Stalled) if there are receivers and none got it,
    /// [`Error::TooLarge`](crate::Error::TooLarge) (nothing was sent),
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn broadcast<E: Event>(&self, event: E) -> Result<Sent> {
        self.core.broadcast(event, None).await
    }

    /// [`broadcast`](Self::broadcast), to whom and how the config says.
    ///
    /// # Errors
    ///
    /// Those of `broadcast`, and [`Error::NoSubscribers`](crate::Error::NoSubscribers) if the
    /// config requires one.
    pub async fn broadcast_with<E: Event>(
        &self,
        event: E,
        config: BroadcastConfig,
    ) -> Result<Sent> {
        self.core.broadcast(event, Some(&config)).await
    }

    /// Sends an event at once, to all of its receivers or to none. Stalled ones are skipped.
    ///
    /// # Errors
    ///
    /// [`Error::Full`](crate::Error::Full), and nothing is sent, if a receiver has no room;
    /// those of [`broadcast`](Self::broadcast).
    pub fn broadcast_nowait<E: Event>(&self, event: E) -> Result<Sent> {
        self.core.broadcast_nowait(event, None)
    }

    /// [`broadcast_nowait`](Self::broadcast_nowait), to whom and how the config says; there is
    /// no waiting for a subscriber.
    ///
    /// # Errors
    ///
    /// Those of `broadcast_nowait`, and [`Error::NoSubscribers`](crate::Error::NoSubscribers) if
    /// the config requires one.
    pub fn broadcast_nowait_with<E: Event>(
        &self,
        event: E,
        config: BroadcastConfig,
    ) -> Result<Sent> {
        self.core.broadcast_nowait(event, Some(&config))
    }
}

/// Asking and answering.
impl Endpoint {
    /// Sends a request to everyone who subscribes to it; the first good answer wins.
    ///
    /// Always ends: with an answer, with the last candidate's failure, at once when the last
    /// candidate's process dies, or at the request deadline (10 s). Dropped midway, it tells
    /// those who have not answered that nobody waits any more.
    ///
    /// # Errors
    ///
    /// [`Error::NoSubscribers`](crate::Error::NoSubscribers),
    /// [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded),
    /// [`Error::Disconnected`](crate::Error::Disconnected),
    /// [`Error::Unanswered`](crate::Error::Unanswered),
    /// [`Error::HandlerFailed`](crate::Error::HandlerFailed),
    /// [`Error::ShuttingDown`](crate::Error::ShuttingDown),
    /// [`Error::UnexpectedResponse`](crate::Error::UnexpectedResponse),
    /// [`Error::Decode`](crate::Error::Decode), [`Error::TooLarge`](crate::Error::TooLarge),
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn request<R: Request>(&self, request: R) -> Result<R::Response> {
        self.core.request(request, None).await
    }

    /// [`request`](Self::request), to whom and how the config says.
    ///
    /// # Errors
    ///
    /// Those of `request`.
    pub async fn request_with<R: Request>(
        &self,
        request: R,
        config: BroadcastConfig,
    ) -> Result<R::Response> {
        self.core.request(request, Some(&config)).await
    }

    /// Answers each request with what `handler` gives: the response, or a `Result` of it whose
    /// error is told to the requester as [`Error::HandlerFailed`](crate::Error::HandlerFailed).
    ///
    /// Up to [64](EndpointBuilder::handlers) run at a time, each as a task. When nobody waits for
    /// an answer any more, its handler is dropped at its next await. A panic is logged and fails
    /// that request alone.
    ///
    /// # Errors
    ///
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub fn respond<R, F, Fut>(&self, handler: F) -> Result<Subscription>
    where
        R: Request,
        F: FnMut(Received<R>) -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoAnswer<R::Response> + Send,
    {
        self.core.respond(handler)
    }
}

/// Subscribing.
impl Endpoint {
    /// The events of one type as a stream, from now on.
    ///
    /// # Errors
    ///
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
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
