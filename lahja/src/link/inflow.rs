//! The receiving side of one subscription: the window that we announced, and what we owe of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What arrived under one window and was not granted back yet.
///
/// Shared with the consumers, who settle events from any thread without the link's lock; only
/// when a grant is due does anyone take it. Three sums of costs, each with one kind of writer, so
/// that an event costs its consumer one atomic addition and its link none.
#[derive(Debug)]
pub(crate) struct Ledger {
    window: u64,
    /// Written by the link alone.
    arrived: AtomicU64,
    /// By consumers.
    taken: AtomicU64,
    /// Written by the link alone.
    granted: AtomicU64,
}

impl Ledger {
    fn new(window: u64) -> Self {
        Self {
            window,
            arrived: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            granted: AtomicU64::new(0),
        }
    }

    /// A consumer took events of this cost. True if a grant is due now: half the window is
    /// owed, or the consumer has nothing left.
    #[must_use]
    pub(crate) fn settle(&self, cost: u64) -> bool {
        let taken = self.taken.fetch_add(cost, Ordering::AcqRel) + cost;
        // Another consumer's grant may have covered this already.
        let owed = taken.saturating_sub(self.granted.load(Ordering::Acquire));
        taken == self.arrived.load(Ordering::Acquire) || owed >= self.window / 2
    }

    /// Whether consumers still hold events of this window.
    pub(crate) fn is_held(&self) -> bool {
        self.taken.load(Ordering::Acquire) != self.arrived.load(Ordering::Acquire)
    }

    fn hold(&self, cost: u64) {
        let arrived = self.arrived.load(Ordering::Relaxed);
        self.arrived.store(arrived + cost, Ordering::Release);
    }

    fn owed(&self) -> u64 {
        self.taken.load(Ordering::Acquire) - self.granted.load(Ordering::Relaxed)
    }

    fn take_owed(&self) -> u64 {
        let owed = self.owed();
        let granted = self.granted.load(Ordering::Relaxed);
        self.granted.store(granted + owed, Ordering::Release);
        owed
    }
}

/// What becomes of an event that arrives, or of several that arrive together.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// It is for those who subscribe; settle its cost with the ledger.
    Deliver(Arc<Ledger>),
    /// Nobody subscribes to it, or its subscription has since been removed and added again.
    Unwanted,
    /// The peer sent more than the window allows: nothing of it counts.
    Overdrawn,
}

/// One event type that we subscribe to, on one link.
#[derive(Debug)]
pub(crate) struct Inflow {
    ledger: Arc<Ledger>,
    /// What the peer may still send; at 0 or below the next event overdraws for the second time.
    left: i64,
    /// Events before the ack of this revision belong to an older subscription.
    stale_until: Option<u64>,
    /// We removed it under this revision.
    removed_in: Option<u64>,
    /// The removal is acknowledged: nothing more is coming.
    over: bool,
}

impl Inflow {
    pub(crate) fn new(window: u64) -> Self {
        Self {
            ledger: Arc::new(Ledger::new(window)),
            left: i64::try_from(window).unwrap_or(i64::MAX),
            stale_until: None,
            removed_in: None,
            over: false,
        }
    }

    /// Added again under `revision` before the removal was acknowledged.
    pub(crate) fn renewed(window: u64, revision: u64) -> Self {
        Self {
            stale_until: Some(revision),
            ..Self::new(window)
        }
    }

    pub(crate) fn remove(&mut self, revision: u64) {
        self.removed_in = Some(revision);
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.removed_in.is_some()
    }

    /// Whether the peer acknowledged its removal.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// The peer acknowledged everything up to `revision`.
    pub(crate) fn acknowledge(&mut self, revision: u64) {
        if self.stale_until.is_some_and(|until| until <= revision) {
            self.stale_until = None;
        }
        self.over = self.removed_in.is_some_and(|removed| removed <= revision);
    }

    /// Whether nothing is left of it: no event to come, none to settle, nothing to grant.
    pub(crate) fn is_spent(&self) -> bool {
        self.over && !self.is_held() && self.ledger.owed() == 0
    }

    /// Events of this cost came, of which the last alone cost `last`.
    pub(crate) fn arrive(&mut self, cost: u64, last: u64) -> Arrival {
        if self.over || self.stale_until.is_some() {
            return Arrival::Unwanted;
        }
        let left_for_last = self.left.saturating_sub_unsigned(cost - last);
        if left_for_last <= 0 && self.ledger.window != 0 {
            return Arrival::Overdrawn;
        }
        self.left = self.left.saturating_sub_unsigned(cost);
        self.ledger.hold(cost);
        Arrival::Deliver(self.ledger.clone())
    }

    /// Whether consumers still hold events of it.
    pub(crate) fn is_held(&self) -> bool {
        self.ledger.is_held()
    }

    /// What consumers still settle with, if they hold events of it.
    pub(crate) fn held_ledger(self) -> Option<Arc<Ledger>> {
        self.is_held().then_some(self.ledger)
    }

    /// What to grant now.
    pub(crate) fn grant(&mut self) -> Option<u64> {
        let owed = self.ledger.take_owed();
        self.left = self.left.saturating_add_unsigned(owed);
        (owed > 0 && self.ledger.window != 0).then_some(owed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(arrival: Arrival) -> Arc<Ledger> {
        match arrival {
            Arrival::Deliver(ledger) => ledger,
            other => panic!("expected the event to be delivered: {other:?}"),
        }
    }

    #[test]
    fn a_grant_is_due_at_half_the_window_or_when_nothing_is_left() {
        let mut inflow = Inflow::new(100);
        let ledger = delivered(inflow.arrive(30, 30));
        delivered(inflow.arrive(30, 30));
        delivered(inflow.arrive(30, 30));
        assert!(!ledger.settle(30));
        assert!(ledger.settle(30), "60 of 100 are owed");
        assert_eq!(inflow.grant(), Some(60));
        assert!(ledger.settle(30), "the consumer has nothing left");
        assert_eq!(inflow.grant(), Some(30));
        assert_eq!(inflow.grant(), None);
    }

    #[test]
    fn one_event_may_overdraw_and_a_second_is_a_violation() {
        let mut inflow = Inflow::new(100);
        delivered(inflow.arrive(1000, 1000));
        assert!(matches!(inflow.arrive(1, 1), Arrival::Overdrawn));
    }

    #[test]
    fn a_window_of_zero_is_no_window() {
        let mut inflow = Inflow::new(0);
        let ledger = delivered(inflow.arrive(1 << 40, 1 << 40));
        delivered(inflow.arrive(1 << 40, 1 << 40));
        assert!(
            !ledger.settle(1 << 40) || inflow.grant().is_none(),
            "no window, no credit"
        );
    }

    #[test]
    fn events_before_the_ack_of_a_renewed_subscription_are_stale() {
        let mut inflow = Inflow::renewed(100, 3);
        assert!(matches!(inflow.arrive(10, 10), Arrival::Unwanted));
        inflow.acknowledge(3);
        delivered(inflow.arrive(10, 10));
    }

    #[test]
    fn a_removed_subscription_still_takes_what_was_under_way() {
        let mut inflow = Inflow::new(100);
        inflow.remove(2);
        let ledger = delivered(inflow.arrive(10, 10));
        inflow.acknowledge(2);
        assert!(
            matches!(inflow.arrive(10, 10), Arrival::Unwanted),
            "after the ack nothing comes"
        );
        assert!(!inflow.is_spent(), "a consumer holds an event");
        assert!(ledger.settle(10));
        assert_eq!(
            inflow.grant(),
            Some(10),
            "the sender hears that it was taken"
        );
        assert!(inflow.is_spent());
    }
}
