//! The endpoint: what users call.

mod alarm;
mod answering;
mod arrive;
mod broadcast;
mod builder;
mod calls;
mod connect;
mod core;
mod deliver;
mod directory;
mod listen;
mod pending;
mod queries;
mod recent;
mod request;
mod respond;
mod routes;
mod sink;
mod stop;
mod subscribe;
mod targets;
mod verdict;

use std::sync::Arc;

pub(crate) use self::core::Core;
pub use broadcast::Sent;
pub use builder::EndpointBuilder;
pub use queries::ConnectionInfo;
pub use respond::IntoAnswer;
pub use stop::{Stopped, Unconfirmed};

use crate::{ConnectionConfig, Result};

/// A process's place on the bus: it broadcasts, subscribes, asks and answers.
///
/// A cheap clone, usable from any task, and from threads without a runtime: what it does in the
/// background runs on the runtime that it was made on. It runs until [`stop`](Self::stop) is called, or until its
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
/// that is being read; [32 MiB](EndpointBuilder::unwritten_control) of answers and control, and one
/// frame of them; and what is unwritten to it, [1 MiB](EndpointBuilder::unwritten_events) and one frame. An event
/// of up to 4 KiB with a single subscriber lies in its queue as the bytes that came, in one of two
/// buffers that grow by doubling: a window may take the memory of four, of which up to 256 KiB stay
/// with a subscription that falls silent, and 32 KiB with a connection. Any other takes the memory of
/// its Rust type, which may be more than its bytes; one that came compressed counts with its
/// compressed bytes, of which each may stand for up to 22. Beside that the kernel holds up to some
/// 420 KiB that a peer did not read.
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
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time enabled.
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
    /// Every later call on the endpoint fails with [`Error::Stopped`](crate::Error::Stopped), but
    /// for `stop` itself: several calls wait for the one closing, and all learn how it went.
    /// Dropped midway, the endpoint is left stopping, and the next call goes on with it. A handler
    /// that calls it waits for itself, up to the drain deadline.
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
