//! Whose outcomes are awaited, and until when.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::task::AbortOnDropHandle;

use super::core::Core;
use crate::id_map::IdMap;
use crate::local::Collector;
use crate::options::bounded;

/// Requests under way, and broadcasts that wait for room, by their numbers.
///
/// One task watches all deadlines by one timer: a timer per request would be a tenth of what a
/// request costs its sender, and hardly one ever goes off.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    awaited: IdMap<u64, Awaited>,
    /// Goes off no later than the first deadline passes; most of those that were awaited when it
    /// was set are over by then. `None` where nobody watches: all runtimes end once.
    timer: Option<Pin<Box<Sleep>>>,
    watch: Option<AbortOnDropHandle<()>>,
}

#[derive(Debug)]
struct Awaited {
    collector: Arc<Collector>,
    deadline: Option<Instant>,
}

impl Pending {
    /// Watches deadlines on a runtime, which is the current one.
    pub(super) fn start(self: &Arc<Self>, runtime: &Handle) {
        self.lock().timer = Some(Box::pin(sleep_until(far_future())));
        // Without the lock: a runtime that ends drops it there and then.
        let watch = runtime.spawn(self.watch());
        self.lock().watch = Some(AbortOnDropHandle::new(watch));
    }

    fn watch(self: &Arc<Self>) -> impl Future<Output = ()> + use<> {
        let watch = Watch(Arc::downgrade(self));
        poll_fn(move |cx| watch.poll(cx))
    }

    fn add(&self, id: u64, deadline: Option<Instant>) -> Arc<Collector> {
        let collector = Arc::<Collector>::default();
        let awaited = Awaited {
            collector: collector.clone(),
            deadline,
        };
        let mut state = self.lock();
        state.awaited.insert(id, awaited);
        match (deadline, &mut state.timer) {
            (Some(deadline), Some(timer)) if deadline < timer.deadline() => {
                timer.as_mut().reset(deadline);
            }
            (Some(_), None) => collector.expire(),
            _ => {}
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

    /// Tells all whose deadlines passed when the timer goes off. Ready: nobody sets it any more.
    fn poll_timer(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut state = self.lock();
            let Some(timer) = &mut state.timer else {
                return Poll::Ready(());
            };
            ready!(timer.as_mut().poll(cx));
            let (overdue, next) = state.overdue(Instant::now());
            if let Some(timer) = &mut state.timer {
                timer.as_mut().reset(next);
            }
            drop(state);
            overdue.iter().for_each(|collector| collector.expire());
        }
    }

    /// The runtime ends. No clock tells any more when a deadline passes, so all are over.
    fn end(&self) {
        let mut state = self.lock();
        let timer = state.timer.take();
        let (overdue, _) = state.overdue(far_future());
        drop(state);
        drop(timer);
        overdue.iter().for_each(|collector| collector.expire());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Those whose deadlines have passed, each once, and the first deadline of the others. A look
    /// at all, at most once in a millisecond, tokio's unit.
    fn overdue(&mut self, now: Instant) -> (Vec<Arc<Collector>>, Instant) {
        let (mut overdue, mut next) = (Vec::new(), far_future());
        for awaited in self.awaited.values_mut() {
            if awaited
                .deadline
                .take_if(|deadline| *deadline <= now)
                .is_some()
            {
                overdue.push(awaited.collector.clone());
            }
            next = awaited.deadline.map_or(next, |deadline| next.min(deadline));
        }
        (overdue, next)
    }
}

/// Later than any deadline.
fn far_future() -> Instant {
    Instant::now() + bounded(Duration::MAX)
}

/// The task that watches, whether it runs or is dropped with its runtime.
struct Watch(Weak<Pending>);

impl Watch {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self.0.upgrade() {
            Some(pending) => pending.poll_timer(cx),
            None => Poll::Ready(()),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(pending) = self.0.upgrade() {
            pending.end();
        }
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
    /// Awaits outcomes under a new number, up to a deadline of the endpoint's own runtime.
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

    pub(super) fn core(&self) -> &Core {
        &self.core
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
    use tokio::runtime::Builder;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn watched() -> Arc<Pending> {
        let pending = Arc::new(Pending::default());
        pending.start(&Handle::current());
        pending
    }

    fn is_overdue(collector: &Collector) -> bool {
        matches!(collector.next_in_time().now_or_never(), Some(None))
    }

    #[tokio::test(start_paused = true)]
    async fn each_is_told_once_that_its_deadline_passed() {
        let pending = watched();
        let start = Instant::now();
        let never = pending.add(1, None);
        let late = pending.add(2, Some(start + 100 * SECOND));
        tokio::time::sleep(SECOND).await;
        let soon = pending.add(3, Some(start + 2 * SECOND));

        assert!(soon.next_in_time().await.is_none());
        let elapsed = start.elapsed();
        assert!((2 * SECOND..3 * SECOND).contains(&elapsed), "{elapsed:?}");
        assert!(!is_overdue(&late));
        assert!(late.next_in_time().await.is_none());
        assert!(start.elapsed() >= 100 * SECOND);
        tokio::time::sleep(100 * SECOND).await;
        assert!(![never, late, soon].iter().any(|it| is_overdue(it)));
    }

    #[tokio::test]
    async fn the_watch_ends_with_what_it_watches() {
        let pending = watched();
        let _awaited = pending.add(1, Some(Instant::now() + SECOND));
        let tasks = Handle::current().metrics();
        assert_eq!(tasks.num_alive_tasks(), 1);
        drop(pending);
        while tasks.num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn no_deadline_outlives_the_runtime() {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let (pending, before) = runtime.block_on(async {
            let pending = watched();
            let before = pending.add(1, Some(Instant::now() + SECOND));
            (pending, before)
        });
        let ever = pending.add(2, None);
        drop(runtime);
        assert!(is_overdue(&before));
        assert!(is_overdue(&pending.add(3, Some(Instant::now() + SECOND))));
        assert!(!is_overdue(&ever));
    }
}
