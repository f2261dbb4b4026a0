//! Who is there, and what they subscribe to.

use std::sync::Arc;

use super::core::Core;
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
        let mut infos: Vec<_> = self.open_links().iter().map(|link| info(link)).collect();
        infos.sort_by(|one, other| one.name.cmp(&other.name));
        infos
    }

    pub(super) fn is_connected_to(&self, name: &str) -> bool {
        self.registry()
            .connection(name)
            .is_some_and(|connection| connection.is_open())
    }

    pub(super) fn is_subscribed<E: Event>(&self, name: &str) -> bool {
        if name == self.me.name {
            return self.subscribes_itself::<E>();
        }
        let connection = self.registry().connection(name).cloned();
        connection.is_some_and(|connection| self.is_routed::<E>(&connection))
    }

    pub(super) fn is_any_subscribed<E: Event>(&self) -> bool {
        self.subscribes_itself::<E>()
            || self
                .open_links()
                .iter()
                .any(|link| self.is_routed::<E>(link))
    }

    pub(super) fn are_all_subscribed<E: Event>(&self) -> bool {
        self.open_links()
            .iter()
            .all(|link| self.is_routed::<E>(link))
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

    /// Whether an event sent now goes there. The link knows a little earlier what its peer wants.
    fn is_routed<E: Event>(&self, connection: &Connection) -> bool {
        let route = self.routes.get(E::TYPE_ID);
        connection.is_open() && route.is_some_and(|route| route.has_peer(connection.id()))
    }

    fn open_links(&self) -> Vec<Arc<Connection>> {
        let registry = self.registry();
        registry
            .links
            .values()
            .filter(|link| link.is_open())
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
