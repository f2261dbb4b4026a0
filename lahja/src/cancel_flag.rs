//! Whether somebody still waits for an answer.

use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// Nobody has waited for it so far.
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
        let set = self.set.notified();
        tokio::pin!(set);
        // Enabled before it says that it waits, so that it is not set between the two.
        set.as_mut().enable();
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
}
