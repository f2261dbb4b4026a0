//! Whose outcomes are awaited, and until when.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::core::Core;
use crate::id_map::IdMap;
use crate::local::Collector;

/// Requests under way, and broadcasts that wait for room, by their numbers.
///
/// One task watches all deadlines: a timer per request would be a tenth of what a request costs its
/// sender, and hardly one ever goes off.
#[derive(Debug, Default)]
pub(super) struct Pending {
    state: Mutex<State>,
    /// Tells the watch that it has to look earlier than it knows of.
    earlier: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    awaited: IdMap<u64, Awaited>,
    /// When the watch looks again; no deadline passes before. Most of those that were awaited when
    /// it was set are over by then.
    look_at: Option<Instant>,
}

#[derive(Debug)]
struct Awaited {
    collector: Arc<Collector>,
    deadline: Option<Instant>,
}

impl Pending {
    fn add(&self, id: u64, deadline: Option<Instant>) -> Arc<Collector> {
        let collector = Arc::<Collector>::default();
        let awaited = Awaited {
            collector: collector.clone(),
            deadline,
        };
        let mut state = self.lock();
        state.awaited.insert(id, awaited);
        if state.is_earlier(deadline) {
            state.look_at = deadline;
            drop(state);
            self.earlier.notify_one();
        }
        collector
    }

    pub(super) fn get(&self, id: u64) -> Option<Arc<Collector>> {
        let state = self.lock();
        state.awaited.get(&id).map(|it| it.collector.clone())
    }

    fn remove(&self, id: u64) {
        self.lock().awaited.remove(&id);
    }

    /// Tells all whose deadline passes that it did, until this is dropped.
    pub(super) fn watch(self: &Arc<Self>) -> impl Future<Output = ()> + use<> {
        let (pending, earlier) = (Arc::downgrade(self), self.earlier.clone());
        async move {
            while let Some(pending) = pending.upgrade() {
                let look_at = pending.look(Instant::now());
                drop(pending);
                match look_at {
                    None => earlier.notified().await,
                    Some(at) => tokio::select! {
                        () = sleep_until(at) => {}
                        () = earlier.notified() => {}
                    },
                }
            }
        }
    }

    /// Tells those whose deadline has passed; gives when to look again.
    fn look(&self, now: Instant) -> Option<Instant> {
        let mut overdue = Vec::new();
        let mut state = self.lock();
        state.look_at = None;
        let State { awaited, look_at } = &mut *state;
        for it in awaited.values_mut() {
            match it.deadline {
                Some(deadline) if deadline <= now => {
                    it.deadline = None;
                    overdue.push(it.collector.clone());
                }
                Some(deadline) => *look_at = Some(look_at.map_or(deadline, |at| at.min(deadline))),
                None => {}
            }
        }
        let look_at = *look_at;
        drop(state);
        for collector in overdue {
            collector.expire();
        }
        look_at
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether this deadline passes before the watch looks again.
    fn is_earlier(&self, deadline: Option<Instant>) -> bool {
        deadline.is_some_and(|deadline| self.look_at.is_none_or(|at| deadline < at))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.earlier.notify_one();
    }
}

/// Outcomes that somebody awaits, until this is dropped.
#[derive(Debug)]
pub(super) struct Collecting {
    core: Arc<Core>,
    id: u64,
    pub(super) collector: Arc<Collector>,
}

impl Collecting {
    /// Awaits outcomes under a new number, up to `deadline` as long as the endpoint's runtime runs.
    pub(super) fn begin(core: &Arc<Core>, deadline: Option<Instant>) -> Self {
        let id = core.next_id();
        Self {
            core: core.clone(),
            id,
            collector: core.pending.add(id, deadline),
        }
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        self.core.pending.remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt;

    use super::*;

    fn is_overdue(collector: &Collector) -> bool {
        let next = collector.next().now_or_never();
        matches!(next, Some(None))
    }

    #[test]
    fn each_is_told_once_that_its_deadline_passed() {
        let pending = Pending::default();
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let never = pending.add(1, None);
        let late = pending.add(2, Some(start + 2 * second));
        let soon = pending.add(3, Some(start + second));

        assert_eq!(pending.look(start), Some(start + second));
        assert!(!is_overdue(&soon));
        assert_eq!(pending.look(start + second), Some(start + 2 * second));
        assert!(is_overdue(&soon));
        assert!(!is_overdue(&late));
        assert_eq!(pending.look(start + 3 * second), None);
        assert!(is_overdue(&late));
        assert_eq!(pending.look(start + 4 * second), None);
        assert!(![never, late, soon].iter().any(|it| is_overdue(it)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_watch_hears_of_a_deadline_before_those_that_it_knows() {
        let pending = Arc::new(Pending::default());
        let watch = tokio::spawn(pending.watch());
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let _late = pending.add(1, Some(start + 100 * second));
        tokio::time::sleep(second).await;
        let soon = pending.add(2, Some(start + 2 * second));
        assert!(soon.next().await.is_none());
        assert!(start.elapsed() < 3 * second, "{:?}", start.elapsed());

        drop(pending);
        watch.await.expect("it ends when nobody awaits anything");
    }
}
