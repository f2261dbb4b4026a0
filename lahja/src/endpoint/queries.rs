//! Who is there, and what they subscribe to.

use std::sync::Arc;

use super::core::Core;
use super::routes::Route;
use crate::driver::Connection;
use crate::{Event, Result};

/// An endpoint that this one is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// Its name.
    pub name: String,
    /// The names of the events that it subscribes to, sorted.
    pub subscriptions: Vec<String>,
}

impl Core {
    pub(super) fn connections(&self) -> Vec<ConnectionInfo> {
        let mut infos: Vec<_> = self.ready_links().iter().map(|link| info(link)).collect();
        infos.sort_by(|one, other| one.name.cmp(&other.name));
        infos
    }

    pub(super) fn is_connected_to(&self, name: &str) -> bool {
        self.registry()
            .connection(name)
            .is_some_and(|connection| connection.is_ready())
    }

    pub(super) fn is_subscribed<E: Event>(&self, name: &str) -> bool {
        if name == self.me.name {
            return self.subscribes_itself::<E>();
        }
        let connection = self.registry().connection(name).cloned();
        connection.is_some_and(|connection| self.has_subscriber::<E>(&connection))
    }

    pub(super) fn is_any_subscribed<E: Event>(&self) -> bool {
        self.subscribes_itself::<E>()
            || self
                .ready_links()
                .iter()
                .any(|link| self.has_subscriber::<E>(link))
    }

    pub(super) fn are_all_subscribed<E: Event>(&self) -> bool {
        self.ready_links()
            .iter()
            .all(|link| self.has_subscriber::<E>(link))
    }

    /// Waits for a condition, or for the endpoint to stop.
    pub(super) async fn wait_for(&self, condition: impl Fn() -> bool) -> Result<()> {
        self.until(|| condition() || self.closing.is_cancelled())
            .await;
        self.check_running()
    }

    fn subscribes_itself<E: Event>(&self) -> bool {
        let route = self.routes.get(E::TYPE_ID);
        route.is_some_and(|route| !route.topics.is_empty())
    }

    /// Whether a broadcast of `E` now would go to this peer too.
    fn has_subscriber<E: Event>(&self, connection: &Connection) -> bool {
        let route = self.routes.get(E::TYPE_ID);
        let is_peer = |route: Arc<Route>| {
            let mut peers = route.peers.iter();
            peers.any(|peer| peer.id() == connection.id())
        };
        connection.is_ready() && route.is_some_and(is_peer)
    }

    fn ready_links(&self) -> Vec<Arc<Connection>> {
        let registry = self.registry();
        registry
            .links
            .values()
            .filter(|link| link.is_ready())
            .cloned()
            .collect()
    }
}

fn info(connection: &Connection) -> ConnectionInfo {
    let mut subscriptions = connection.with(|link| link.subscribed_names());
    subscriptions.sort();
    ConnectionInfo {
        name: connection.name().to_string(),
        subscriptions,
    }
}
