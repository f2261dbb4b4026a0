//! Whether somebody still waits for an answer.

use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// Nobody has waited for it so far. The default of a number.
const ALONE: u8 = 0;
const AWAITED: u8 = 1;
const SET: u8 = 2;

/// Set once, when nobody waits for the answer to a request any more.
///
/// Every request has one, and hardly any is awaited. A `CancellationToken` of tokio-util does more,
/// and for that locks a tree whenever it is cloned or dropped, which would be a tenth of what a
/// request costs.
#[derive(Debug, Default)]
pub(crate) struct CancelFlag {
    state: AtomicU8,
    set: Notify,
}

impl CancelFlag {
    pub(crate) fn cancel(&self) {
        if self.state.swap(SET, Ordering::AcqRel) == AWAITED {
            self.set.notify_waiters();
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.state.load(Ordering::Acquire) == SET
    }

    /// Says that somebody waits; false if it is set.
    fn await_set(&self) -> bool {
        let (set, fetch) = (Ordering::AcqRel, Ordering::Acquire);
        let before = self.state.compare_exchange(ALONE, AWAITED, set, fetch);
        before != Err(SET)
    }

    /// Resolves once it is set. Cancel safe.
    pub(crate) async fn cancelled(&self) {
        // Made before it says that it waits: what is told from then on reaches it.
        let set = self.set.notified();
        if self.await_set() {
            set.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn it_resolves_for_those_who_wait_and_for_those_who_come_later() {
        let cancel = CancelFlag::default();
        let mut early = std::pin::pin!(cancel.cancelled());
        assert!(early.as_mut().now_or_never().is_none());
        cancel.cancel();
        cancel.cancel();
        assert!(cancel.is_cancelled());
        assert!(early.now_or_never().is_some());
        assert!(cancel.cancelled().now_or_never().is_some());
    }

    #[test]
    fn it_resolves_for_all_who_wait_also_behind_one_who_gave_up() {
        let cancel = CancelFlag::default();
        assert!(cancel.cancelled().now_or_never().is_none());
        let mut waiting = [(); 3].map(|()| Box::pin(cancel.cancelled()));
        let mut is_ready = || waiting.iter_mut().all(|it| it.now_or_never().is_some());
        assert!(!is_ready());
        cancel.cancel();
        assert!(is_ready());
    }

    #[test]
    fn it_resolves_for_those_who_come_after_nobody_waited() {
        let cancel = CancelFlag::default();
        cancel.cancel();
        assert!(cancel.cancelled().now_or_never().is_some());
    }
}
