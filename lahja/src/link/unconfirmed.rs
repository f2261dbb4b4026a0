//! What went out under a window and was not granted back.

use std::collections::VecDeque;

/// From so many events on, how many are confirmed is known by groups: a receiver that sets a huge
/// window and grants nothing must not make the sender remember each.
const MAX_GROUPS: usize = 16 * 1024;

/// Events that are confirmed together.
#[derive(Debug)]
struct Group {
    events: usize,
    cost: u64,
}

/// The events of one window that the receiver has not confirmed, oldest first.
#[derive(Debug, Default)]
pub(super) struct Unconfirmed {
    /// As a rule each event by itself.
    groups: VecDeque<Group>,
    events: usize,
    /// What was granted beyond the groups that it confirmed.
    credit_over: u64,
}

impl Unconfirmed {
    pub(super) fn len(&self) -> usize {
        self.events
    }

    /// An event of this cost went out.
    pub(super) fn push(&mut self, cost: u64) {
        self.events += 1;
        if self.groups.len() < MAX_GROUPS {
            self.groups.push_back(Group { events: 1, cost });
        } else if let Some(last) = self.groups.back_mut() {
            last.events += 1;
            last.cost = last.cost.saturating_add(cost);
        }
    }

    /// The receiver granted `bytes`.
    pub(super) fn confirm(&mut self, bytes: u64) {
        self.credit_over = self.credit_over.saturating_add(bytes);
        while let Some(oldest) = self.groups.front() {
            if oldest.cost > self.credit_over {
                return;
            }
            self.credit_over -= oldest.cost;
            self.events -= oldest.events;
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
