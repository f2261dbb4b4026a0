//! Calls that send events.

use crate::endpoint::broadcast::take_turn;
use crate::{BroadcastConfig, Endpoint, Event, Result, Sent};

/// Broadcasting.
impl Endpoint {
    /// Sends an event to everyone who subscribes to it, here and at connected endpoints.
    ///
    /// Receivers that have room get it at once; for the others it waits, on all at once, up to
    /// the broadcast deadline (5 s). A receiver that lets the deadline pass is stalled: later
    /// broadcasts skip it at once until it makes room, and it learns by
    /// [`Received::missed`](crate::Received::missed) how many it did not get. [`Sent`] names those
    /// who did not get it.
    ///
    /// Cancel safe: dropped midway, receivers without room do not get the event, and learn so.
    ///
    /// # Errors
    ///
    /// [`Error::Stalled`](crate::Error::Stalled) if no receiver made room for it,
    /// [`Error::TooLarge`](crate::Error::TooLarge) (nothing was sent),
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn broadcast<E: Event>(&self, event: E) -> Result<Sent> {
        take_turn().await;
        match self.core.begin_broadcast(&event) {
            Ok(receivers) => Ok(Sent::to_all(receivers)),
            Err(express) => self.core.finish_broadcast(event, None, express).await,
        }
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
        self.core.broadcast_with(event, &config).await
    }

    /// Sends an event at once, to all of its receivers or to none. Stalled ones are skipped.
    ///
    /// Peers get it before this endpoint's own subscribers, since only then is it sure to have
    /// room everywhere: what a quick peer sends in return may reach those before the event does.
    /// `broadcast` serves them first.
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
