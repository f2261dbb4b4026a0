//! Whether somebody still waits for an answer.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Set once, when nobody waits for the answer to a request any more.
///
/// Every request has one. A `CancellationToken` of tokio-util does more, and for that locks a tree
/// whenever it is cloned or dropped, which would be a tenth of what a request costs.
#[derive(Debug, Default)]
pub(crate) struct CancelFlag {
    is_set: AtomicBool,
    set: Notify,
}

impl CancelFlag {
    pub(crate) fn cancel(&self) {
        if !self.is_set.swap(true, Ordering::AcqRel) {
            self.set.notify_waiters();
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    /// Resolves once it is set. Cancel safe.
    pub(crate) async fn cancelled(&self) {
        let set = self.set.notified();
        tokio::pin!(set);
        // Enabled before the look, so that it is not set between the two.
        set.as_mut().enable();
        if !self.is_cancelled() {
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
