//! The routes that a thread looked up last, so that looking one up again takes no lock.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::routes::Route;
use crate::wire::TypeId;

/// How many a thread keeps. What it so keeps of a connection that is over is the link alone: neither
/// its socket, nor its task, nor what was unwritten.
const KEPT: usize = 8;

/// A state of a table of routes, unlike any other state of any table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(u64);

impl Version {
    /// One that was never there before.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
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

/// A route, of which table and type. Apart, so that only the route is moved out and in.
struct Recent {
    version: Cell<Version>,
    type_id: Cell<TypeId>,
    route: Cell<Option<Arc<Route>>>,
}

impl Recent {
    const fn none() -> Self {
        Self {
            version: Cell::new(Version(0)),
            type_id: Cell::new(TypeId::new(0)),
            route: Cell::new(None),
        }
    }
}

thread_local! {
    static RECENT: [Recent; KEPT] = const { [const { Recent::none() }; KEPT] };
}

/// Takes the route of a type, as a table of this version has it, if this thread kept it.
pub(super) fn take(version: Version, type_id: TypeId) -> Option<Arc<Route>> {
    let take = |kept: &[Recent; KEPT]| {
        let recent = &kept[slot(type_id)];
        let is_current = recent.version.get() == version && recent.type_id.get() == type_id;
        is_current.then(|| recent.route.take())
    };
    // A thread that ends has nothing any more.
    RECENT.try_with(take).ok()??
}

/// Keeps a route that was looked up after its table had this version.
pub(super) fn keep(version: Version, type_id: TypeId, route: Arc<Route>) {
    let keep = |kept: &[Recent; KEPT]| {
        let recent = &kept[slot(type_id)];
        recent.version.set(version);
        recent.type_id.set(type_id);
        recent.route.set(Some(route));
    };
    let _ = RECENT.try_with(keep);
}

fn slot(type_id: TypeId) -> usize {
    (type_id.get() % KEPT as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::super::routes::Routes;
    use super::*;

    const ID: TypeId = TypeId::new(7);

    /// A route that only its address tells apart.
    fn route() -> Arc<Route> {
        Arc::new(Routes::new(1).fresh())
    }

    #[test]
    fn a_route_is_found_again_until_its_table_changes() {
        let (version, route) = (CurrentVersion::new(), route());
        keep(version.get(), ID, route.clone());
        let again = take(version.get(), ID).expect("it was kept");
        assert!(Arc::ptr_eq(&again, &route));
        keep(version.get(), ID, again);
        version.advance();
        assert!(take(version.get(), ID).is_none());
    }

    #[test]
    fn routes_of_other_types_and_tables_are_not_mistaken_for_it() {
        let (version, other) = (CurrentVersion::new(), CurrentVersion::new());
        keep(version.get(), ID, route());
        let in_the_same_slot = TypeId::new(7 + KEPT as u64);
        assert!(take(version.get(), in_the_same_slot).is_none());
        assert!(take(other.get(), ID).is_none());
    }

    #[test]
    fn a_thread_keeps_a_few_routes_and_no_more() {
        let (version, route) = (CurrentVersion::new(), route());
        for id in 0..1_000 {
            keep(version.get(), TypeId::new(id), route.clone());
        }
        assert_eq!(Arc::strong_count(&route), 1 + KEPT);
    }
}
