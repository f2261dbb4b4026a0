//! Who gets which type of event: the one table that each broadcast and each arrival looks into.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::recent::{self, CurrentVersion};
use crate::driver::Connection;
use crate::id_map::IdMap;
use crate::link::LinkId;
use crate::local::{AnyTopic, LocalFlow, Topic};
use crate::wire::{TypeId, check_event_name};
use crate::{Error, Event, Result};

/// The receivers of one type. A snapshot: changes replace it.
#[derive(Clone)]
pub(crate) struct Route {
    /// The name that this endpoint uses under the ID; `None` if only peers do.
    name: Option<&'static str>,
    pub(crate) peers: Vec<Arc<Connection>>,
    pub(crate) topics: Vec<Arc<dyn AnyTopic>>,
    pub(crate) flow: Arc<LocalFlow>,
}

impl Route {
    pub(crate) fn name(&self) -> Option<&'static str> {
        self.name
    }

    pub(crate) fn topic<E: Event>(&self) -> Option<&Topic<E>> {
        self.topics
            .iter()
            .find_map(|topic| topic.as_any().downcast_ref())
    }

    pub(crate) fn has_peer(&self, link: LinkId) -> bool {
        self.peers.iter().any(|peer| peer.id() == link)
    }

    fn is_unused(&self) -> bool {
        self.name.is_none() && self.peers.is_empty() && self.topics.is_empty()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topics = self.topics.len();
        f.debug_struct("Route")
            .field("name", &self.name)
            .field("peers", &self.peers)
            .field("topics", &topics)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub(crate) struct Routes {
    window: u64,
    table: RwLock<IdMap<TypeId, Arc<Route>>>,
    version: CurrentVersion,
    /// Of which types peers ever were receivers: a bit stands for a 64th of all types.
    wanted: AtomicU64,
    /// The same of this endpoint's own subscribers.
    own: AtomicU64,
}

impl Routes {
    /// `window`: of each type's local subscribers, in bytes.
    pub(crate) fn new(window: u64) -> Self {
        Self {
            window,
            table: RwLock::new(IdMap::default()),
            version: CurrentVersion::new(),
            wanted: AtomicU64::new(0),
            own: AtomicU64::new(0),
        }
    }

    /// Whether a peer may be among the receivers of a type: a look without a lock. If not, none is.
    pub(crate) fn may_be_wanted(&self, id: TypeId) -> bool {
        self.wanted.load(Ordering::Acquire) & bit(id) != 0
    }

    /// Whether this endpoint has subscribers of its own to a type; a look without a lock as a rule.
    pub(crate) fn has_topics(&self, id: TypeId) -> bool {
        let may_have = self.own.load(Ordering::Acquire) & bit(id) != 0;
        may_have && self.get(id).is_some_and(|route| !route.topics.is_empty())
    }

    /// Lends the receivers of an event that this endpoint uses, as a rule without a lock. `None` if
    /// they are not known under this name.
    pub(crate) fn lend<E: Event, R>(&self, work: impl FnOnce(&Route) -> R) -> Option<R> {
        let version = self.version.get();
        let route = recent::take(version, E::TYPE_ID).or_else(|| self.get(E::TYPE_ID))?;
        let result = (route.name == Some(E::NAME)).then(|| work(&route));
        recent::keep(version, E::TYPE_ID, route);
        result
    }

    /// The receivers of a type now.
    pub(crate) fn get(&self, id: TypeId) -> Option<Arc<Route>> {
        self.read().get(&id).cloned()
    }

    /// The receivers of an event that this endpoint uses itself from now on.
    pub(crate) fn of<E: Event>(&self) -> Result<Arc<Route>> {
        if let Some(route) = self.read().get(&E::TYPE_ID) {
            if let Some(name) = route.name {
                check_name::<E>(name)?;
                return Ok(route.clone());
            }
        }
        // One that is declared by hand may be wrong, and peers would end the connection over it.
        check_event_name(E::NAME)?;
        self.change(E::TYPE_ID, |route| {
            let name = *route.name.get_or_insert(E::NAME);
            check_name::<E>(name)
        })?;
        self.of::<E>()
    }

    /// The name that this endpoint uses under an ID.
    pub(crate) fn name(&self, id: TypeId) -> Option<&'static str> {
        self.read().get(&id)?.name
    }

    pub(crate) fn add_topic(&self, id: TypeId, topic: Arc<dyn AnyTopic>) {
        self.own.fetch_or(bit(id), Ordering::AcqRel);
        self.change(id, |route| route.topics.push(topic));
    }

    /// Removes the topic of `E`; true if the endpoint has no other topic of its type.
    pub(crate) fn remove_topic<E: Event>(&self) -> bool {
        self.change(E::TYPE_ID, |route| {
            route
                .topics
                .retain(|topic| !topic.as_any().is::<Topic<E>>());
            route.topics.is_empty()
        })
    }

    pub(crate) fn add_peer(&self, id: TypeId, peer: &Arc<Connection>) {
        self.wanted.fetch_or(bit(id), Ordering::AcqRel);
        self.change(id, |route| route.peers.push(peer.clone()));
    }

    pub(crate) fn remove_peer(&self, id: TypeId, link: LinkId) {
        self.change(id, |route| route.peers.retain(|peer| peer.id() != link));
    }

    /// Nothing is delivered to local subscribers any more.
    pub(crate) fn end(&self) {
        let routes: Vec<_> = self.read().values().cloned().collect();
        for route in routes {
            let topics = route.topics.clone();
            route.flow.close(move || {
                for topic in topics {
                    topic.end();
                }
            });
        }
    }

    fn change<R>(&self, id: TypeId, change: impl FnOnce(&mut Route) -> R) -> R {
        let mut table = self.write();
        let route = table.entry(id).or_insert_with(|| Arc::new(self.fresh()));
        let mut changed = Route::clone(route);
        let result = change(&mut changed);
        if changed.is_unused() {
            table.remove(&id);
        } else {
            *route = Arc::new(changed);
        }
        self.version.advance();
        result
    }

    pub(super) fn fresh(&self) -> Route {
        Route {
            name: None,
            peers: Vec::new(),
            topics: Vec::new(),
            flow: Arc::new(LocalFlow::new(self.window)),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, IdMap<TypeId, Arc<Route>>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, IdMap<TypeId, Arc<Route>>> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bit(id: TypeId) -> u64 {
    1 << (id.get() % 64)
}

fn check_name<E: Event>(used: &'static str) -> Result<()> {
    if used == E::NAME {
        return Ok(());
    }
    Err(Error::TypeIdCollision {
        type_id: E::TYPE_ID,
        first: used.to_owned(),
        second: E::NAME.to_owned(),
    })
}
