//! The routes that a thread looked up last, so that looking one up again takes no lock.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::routes::Route;
use crate::wire::TypeId;

/// How many a thread keeps. What it keeps of a connection that is over is neither socket nor task.
const KEPT: usize = 8;

/// A state of a table of routes, unlike any other state of any table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(u64);

impl Version {
    /// One that was never there before.
    pub(super) fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

/// The version of a table that others change meanwhile.
#[derive(Debug)]
pub(super) struct CurrentVersion(AtomicU64);

impl CurrentVersion {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(Version::new().0))
    }

    pub(super) fn get(&self) -> Version {
        Version(self.0.load(Ordering::Acquire))
    }

    /// The table was changed: whoever hears of that, from then on, finds nothing kept of it.
    pub(super) fn advance(&self) {
        self.0.store(Version::new().0, Ordering::Release);
    }
}

struct Recent {
    version: Version,
    type_id: TypeId,
    route: Arc<Route>,
}

thread_local! {
    static RECENT: [Cell<Option<Recent>>; KEPT] = const { [const { Cell::new(None) }; KEPT] };
}

/// Takes the route of a type, as a table of this version has it, if this thread kept it.
pub(super) fn take(version: Version, type_id: TypeId) -> Option<Arc<Route>> {
    // A thread that ends has nothing any more.
    let recent = RECENT.try_with(|kept| kept[slot(type_id)].take()).ok()??;
    let is_current = recent.version == version && recent.type_id == type_id;
    is_current.then_some(recent.route)
}

/// Keeps a route that was looked up after its table had this version.
pub(super) fn keep(version: Version, type_id: TypeId, route: Arc<Route>) {
    let recent = Recent {
        version,
        type_id,
        route,
    };
    let _ = RECENT.try_with(|kept| kept[slot(type_id)].set(Some(recent)));
}

fn slot(type_id: TypeId) -> usize {
    (type_id.get() % KEPT as u64) as usize
}
