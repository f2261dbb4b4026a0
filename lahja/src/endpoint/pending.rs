//! Whose outcomes are awaited, and until when.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::AbortOnDropHandle;

use super::alarm::Alarm;
use super::core::Core;
use crate::id_map::IdMap;
use crate::link::LinkId;
use crate::local::{Collector, Outcome};

/// Requests under way, and broadcasts that wait for room, by their numbers.
///
/// One task watches all deadlines by one alarm: a timer per request would be a tenth of what a
/// request costs its sender, and hardly one ever goes off.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    awaited: IdMap<u64, Awaited>,
    /// Goes off no later than the first deadline passes; most of those that were awaited when it
    /// was set are over by then. `None` where nobody watches: all runtimes end once.
    alarm: Option<Alarm>,
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
        self.lock().alarm = Some(Alarm::new());
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
        let mut state = self.lock();
        let is_watched = deadline.is_none_or(|deadline| state.watch_for(deadline));
        if !is_watched {
            collector.expire();
        }
        let awaited = Awaited {
            collector: collector.clone(),
            deadline: deadline.filter(|_| is_watched),
        };
        state.awaited.insert(id, awaited);
        collector
    }

    pub(super) fn get(&self, id: u64) -> Option<Arc<Collector>> {
        let state = self.lock();
        state.awaited.get(&id).map(|it| it.collector.clone())
    }

    fn remove(&self, id: u64) {
        self.lock().awaited.remove(&id);
    }

    /// Tells those whose deadlines passed, whenever the alarm goes off. Ready: it never will again.
    fn poll_alarm(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut state = self.lock();
            let Some(alarm) = &mut state.alarm else {
                return Poll::Ready(());
            };
            ready!(alarm.poll(cx));
            let now = Instant::now();
            let overdue = state.take_overdue(|deadline| deadline <= now);
            state.set_alarm();
            drop(state);
            expire(&overdue);
        }
    }

    /// The runtime ends. No clock tells any more when a deadline passes, so all are over.
    fn end(&self) {
        let mut state = self.lock();
        let alarm = state.alarm.take();
        let overdue = state.take_overdue(|_| true);
        drop(state);
        drop(alarm);
        expire(&overdue);
    }

    /// Whether the endpoint's runtime has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.lock().alarm.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// False if the deadline has passed, or if nobody tells any more when it does.
    fn watch_for(&mut self, deadline: Instant) -> bool {
        let Some(alarm) = &mut self.alarm else {
            return false;
        };
        if alarm.is_later_than(deadline) {
            // The watch is not to be woken from here: it might wait for this very thread.
            if deadline <= Instant::now() {
                return false;
            }
            alarm.set(deadline);
        }
        true
    }

    /// Those whose deadlines have passed, each once. Looks at all, but at most once in a
    /// millisecond, tokio's unit.
    fn take_overdue(&mut self, has_passed: impl Fn(Instant) -> bool) -> Vec<Arc<Collector>> {
        let take = |it: &mut Awaited| {
            let passed = it.deadline.take_if(|deadline| has_passed(*deadline));
            passed.map(|_| it.collector.clone())
        };
        self.awaited.values_mut().filter_map(take).collect()
    }

    /// Sets the alarm to the first deadline, if there is any.
    fn set_alarm(&mut self) {
        let first = self.awaited.values().filter_map(|it| it.deadline).min();
        if let (Some(first), Some(alarm)) = (first, &mut self.alarm) {
            alarm.set(first);
        }
    }
}

fn expire(overdue: &[Arc<Collector>]) {
    for collector in overdue {
        // Whom that wakes is somebody else's code, and others wait to be told.
        if catch_unwind(AssertUnwindSafe(|| collector.expire())).is_err() {
            tracing::error!("the waker of a request panicked");
        }
    }
}

/// The task that watches, whether it runs or is dropped with its runtime.
struct Watch(Weak<Pending>);

impl Watch {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self.0.upgrade() {
            Some(pending) => pending.poll_alarm(cx),
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
    /// When no more is waited for, where the caller's own runtime is to tell.
    abroad_until: Option<Instant>,
}

impl Collecting {
    /// Awaits outcomes under a new number, up to a deadline by the clock of the caller's runtime;
    /// by that of the endpoint's if there is none.
    pub(super) fn begin(core: &Arc<Core>, deadline: Instant) -> Self {
        let id = core.next_id();
        let is_abroad = is_abroad(&core.runtime);
        Self {
            core: core.clone(),
            id,
            collector: core.pending.add(id, (!is_abroad).then_some(deadline)),
            abroad_until: is_abroad.then_some(deadline),
        }
    }

    /// The next outcome; `None` once the deadline has passed. Cancel safe.
    pub(super) async fn next_in_time(&self) -> Option<(LinkId, Outcome)> {
        match self.abroad_until {
            None => self.collector.next_in_time().await,
            Some(deadline) => timeout_at(deadline, self.collector.next()).await.ok(),
        }
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn core(&self) -> &Core {
        &self.core
    }
}

/// Whether this runs on another runtime than the endpoint's own, which may stand still.
fn is_abroad(home: &Handle) -> bool {
    Handle::try_current().is_ok_and(|here| here.id() != home.id())
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
    async fn what_is_overdue_from_the_start_waits_for_no_turn_of_the_watch() {
        let pending = watched();
        assert!(is_overdue(&pending.add(1, Some(Instant::now()))));
    }

    #[tokio::test]
    async fn the_watch_ends_with_what_it_watches() {
        let pending = watched();
        let _awaited = pending.add(1, Some(Instant::now() + 1_000 * SECOND));
        let tasks = Handle::current().metrics();
        tokio::task::yield_now().await;
        assert_eq!(tasks.num_alive_tasks(), 1, "it watches");
        drop(pending);
        // Its turn to hear of it.
        tokio::task::yield_now().await;
        assert_eq!(tasks.num_alive_tasks(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_stands_still_while_nothing_is_awaited() {
        let pending = watched();
        let start = Instant::now();
        let _over = pending.add(1, Some(start + SECOND));
        tokio::time::sleep(2 * SECOND).await;
        let (told, waits) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || told.send(()));
        waits.await.expect("the other thread tells");
        assert!(start.elapsed() < 3 * SECOND, "{:?}", start.elapsed());
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
