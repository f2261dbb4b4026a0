//! Closing in order: nothing that was accepted is lost without a word.

use std::sync::Arc;

use tokio::time::Instant;

use super::core::Core;
use crate::driver::{Connection, now};
use crate::wire::{FailureCode, GoodbyeReason};
use crate::{Error, Result};

/// What a peer did not confirm before the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The peer's name.
    pub endpoint: String,
    /// How many events were sent to it, of those with a window, that its subscribers had not
    /// taken when the connection ended. They may have been lost.
    pub events: usize,
}

/// How an endpoint stopped, or one of its connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    unconfirmed: Vec<Unconfirmed>,
}

impl Stopped {
    /// What is not confirmed of links that are over.
    fn of(links: &[Arc<Connection>]) -> Self {
        Self {
            unconfirmed: links.iter().filter_map(unconfirmed).collect(),
        }
    }

    /// The peers that did not confirm all that was sent to them.
    #[must_use]
    pub fn unconfirmed(&self) -> &[Unconfirmed] {
        &self.unconfirmed
    }

    /// Whether all that was sent was taken.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unconfirmed.is_empty()
    }
}

/// Says goodbye when it is dropped: also if the call that disconnects is dropped midway, which must
/// not leave a link open that nobody's subscriptions are on.
struct Farewell<'a> {
    core: &'a Core,
    links: &'a [Arc<Connection>],
    deadline: Instant,
}

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.core.say_goodbye(self.links, self.deadline);
    }
}

impl Core {
    /// The closing of the protocol, on all links at once. All who call it wait for the one closing
    /// and learn how it went; dropped midway, the next call goes on with it.
    pub(super) async fn stop(self: &Arc<Self>) -> Stopped {
        self.stopping_once
            .get_or_init(|| self.close_all())
            .await
            .clone()
    }

    async fn close_all(self: &Arc<Self>) -> Stopped {
        let links = self.begin_to_stop();
        let deadline = Instant::now() + self.options.drain_timeout;
        let drained = self.in_time(deadline, self.drain(&links)).await;
        if drained.is_none() {
            tracing::warn!(endpoint = %self.name, "handlers did not finish before the drain deadline");
        }
        self.say_goodbye(&links, deadline);
        self.wait_until_over(&links).await;
        self.release();
        Stopped::of(&links)
    }

    /// Says goodbye to one peer.
    pub(super) async fn disconnect(self: &Arc<Self>, name: &str) -> Result<Stopped> {
        let connection = self.registry().connection(name).cloned();
        let connection = connection.ok_or_else(|| Error::NotConnected {
            endpoint: name.to_owned(),
        })?;
        connection.with(|link| link.unsubscribe_all(now()));
        let deadline = Instant::now() + self.options.drain_timeout;
        let links = [connection];
        let farewell = Farewell {
            core: self,
            links: &links,
            deadline,
        };
        let drained = async {
            self.all_arrived(&links).await;
            self.all_answered(&links).await;
        };
        // Past the deadline it ends all the same.
        let _ = self.in_time(deadline, drained).await;
        drop(farewell);
        self.wait_until_over(&links).await;
        Ok(Stopped::of(&links))
    }

    /// Ends at once, without waiting for anything: the last handle is gone. What is written by
    /// then, and the goodbye, still go out while the runtime lives.
    pub(super) fn abandon(&self) {
        let links = self.begin_to_stop();
        self.routes.end();
        self.say_goodbye(&links, Instant::now() + self.options.drain_timeout);
        self.release();
    }

    /// No new connections, subscriptions or broadcasts; unsubscribes from everything.
    fn begin_to_stop(&self) -> Vec<Arc<Connection>> {
        let mut registry = self.registry();
        registry.stopped = true;
        let links: Vec<_> = registry.links.values().cloned().collect();
        drop(registry);
        self.close();
        if let Some(lock) = self.lock_name().as_mut() {
            lock.close();
        }
        for connection in &links {
            connection.with(|link| link.unsubscribe_all(now()));
        }
        links
    }

    /// Waits until nothing more arrives, handlers have run, and what they owed is answered.
    async fn drain(&self, links: &[Arc<Connection>]) {
        self.all_arrived(links).await;
        self.routes.end();
        self.handlers.close();
        self.handlers.wait().await;
        self.all_answered(links).await;
    }

    async fn all_arrived(&self, links: &[Arc<Connection>]) {
        let arrived = |connection: &Arc<Connection>| {
            connection.has_acknowledged(connection.with(|link| link.revision()))
        };
        self.until(|| links.iter().all(arrived)).await;
    }

    async fn all_answered(&self, links: &[Arc<Connection>]) {
        let answered = |connection: &Arc<Connection>| {
            connection.with(|link| link.is_over() || !link.owes_answers())
        };
        self.until(|| links.iter().all(answered)).await;
    }

    /// The links end by `deadline`, but peers that are there get the time to answer.
    fn say_goodbye(&self, links: &[Arc<Connection>], deadline: Instant) {
        let grace = Instant::now() + self.options.drain_timeout / 10;
        let until = deadline.max(grace).into_std();
        for connection in links {
            connection.with(|link| {
                link.fail_all(now(), FailureCode::ShuttingDown, "the endpoint is stopping");
                link.say_goodbye(now(), GoodbyeReason::Shutdown, "");
                link.leave_by(until);
            });
        }
    }

    /// Resolves once the links are over and forgotten, so that their peers can be connected to
    /// again.
    async fn wait_until_over(&self, links: &[Arc<Connection>]) {
        let forgotten = |connection: &Arc<Connection>| {
            let registry = self.registry();
            !registry.links.contains_key(&connection.id())
        };
        self.until(|| links.iter().all(forgotten)).await;
    }

    fn release(&self) {
        self.lock_name().take();
    }
}

fn unconfirmed(connection: &Arc<Connection>) -> Option<Unconfirmed> {
    let events = connection.with(|link| link.unconfirmed());
    (events > 0).then(|| Unconfirmed {
        endpoint: connection.name().to_string(),
        events,
    })
}
