//! What went out under a window and was not granted back.

use std::collections::VecDeque;

/// From so many groups on, how many events are confirmed is known by the last group alone: a
/// receiver that sets a huge window and grants nothing must not make the sender remember each.
const MAX_GROUPS: usize = 16 * 1024;

/// Events of one cost, as they follow each other.
#[derive(Debug)]
struct Group {
    /// How many confirmations it takes.
    units: u64,
    /// How many events each of them confirms: one as a rule.
    events: usize,
    /// What each of them takes.
    cost: u64,
}

impl Group {
    /// Takes in an event of another cost: all are confirmed together from now on.
    fn absorb(&mut self, cost: u64) {
        let units = std::mem::replace(&mut self.units, 1);
        self.events = self.events.saturating_mul(units as usize) + 1;
        self.cost = self.cost.saturating_mul(units).saturating_add(cost);
    }
}

/// The events of one window that the receiver has not confirmed, oldest first.
#[derive(Debug, Default)]
pub(super) struct Unconfirmed {
    groups: VecDeque<Group>,
    events: usize,
    /// What was granted beyond the events that it confirmed.
    credit_over: u64,
}

impl Unconfirmed {
    pub(super) fn len(&self) -> usize {
        self.events
    }

    /// An event of this cost went out.
    pub(super) fn push(&mut self, cost: u64) {
        self.events += 1;
        let is_full = self.groups.len() >= MAX_GROUPS;
        match self.groups.back_mut() {
            Some(last) if last.cost == cost && last.events == 1 => last.units += 1,
            Some(last) if is_full => last.absorb(cost),
            _ => self.groups.push_back(Group {
                units: 1,
                events: 1,
                cost,
            }),
        }
    }

    /// The receiver granted `bytes`.
    pub(super) fn confirm(&mut self, bytes: u64) {
        self.credit_over = self.credit_over.saturating_add(bytes);
        while let Some(oldest) = self.groups.front_mut() {
            let units = (self.credit_over / oldest.cost.max(1)).min(oldest.units);
            self.credit_over -= units * oldest.cost;
            self.events -= units as usize * oldest.events;
            oldest.units -= units;
            if oldest.units > 0 {
                return;
            }
            self.groups.pop_front();
        }
        self.credit_over = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(events: usize) -> Unconfirmed {
        let mut unconfirmed = Unconfirmed::default();
        (0..events).for_each(|_| unconfirmed.push(100));
        unconfirmed
    }

    #[test]
    fn credit_confirms_whole_events() {
        let mut unconfirmed = sent(3);
        unconfirmed.confirm(150);
        assert_eq!(unconfirmed.len(), 2);
        unconfirmed.confirm(150);
        assert_eq!(unconfirmed.len(), 0);
    }

    #[test]
    fn what_is_granted_beyond_all_that_went_out_confirms_nothing_later() {
        let mut unconfirmed = sent(1);
        unconfirmed.confirm(1000);
        unconfirmed.push(100);
        assert_eq!(unconfirmed.len(), 1);
    }

    #[test]
    fn events_of_different_costs_are_confirmed_in_their_order() {
        let mut unconfirmed = Unconfirmed::default();
        for cost in [100, 100, 300, 100] {
            unconfirmed.push(cost);
        }
        let mut left = |bytes| {
            unconfirmed.confirm(bytes);
            unconfirmed.len()
        };
        assert_eq!([left(99), left(1), left(399), left(1)], [4, 3, 2, 1]);
    }

    #[test]
    fn a_receiver_that_never_grants_is_remembered_by_groups_if_costs_differ() {
        let mut unconfirmed = Unconfirmed::default();
        for n in 0..100_000 {
            unconfirmed.push(100 + n % 2);
        }
        assert_eq!(unconfirmed.len(), 100_000);
        assert_eq!(unconfirmed.groups.len(), MAX_GROUPS);
        unconfirmed.confirm(201 * 5_000);
        assert_eq!(unconfirmed.len(), 90_000);
        unconfirmed.confirm(201 * 45_000);
        assert_eq!(unconfirmed.len(), 0);
    }

    #[test]
    fn a_receiver_that_never_grants_makes_the_sender_remember_no_end_of_events() {
        let mut unconfirmed = sent(100_000);
        assert_eq!(unconfirmed.len(), 100_000);
        assert!(unconfirmed.groups.len() <= MAX_GROUPS);
        unconfirmed.confirm(100 * 10_000);
        assert_eq!(unconfirmed.len(), 90_000);
        unconfirmed.confirm(100 * 90_000);
        assert_eq!(unconfirmed.len(), 0);
    }
}
