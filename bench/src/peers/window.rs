//! Flow control by counting, for those who drop events when a receiver is slow.

use crate::stamp::Stamp;
use crate::work::Work;

const BYTES: u64 = 16 << 20;
pub(super) const MOST_EVENTS: u64 = 32_768;

/// How many events may be on their way to each receiver, which confirms a quarter at a time.
pub(super) struct Window {
    events: u64,
    /// What each receiver has confirmed.
    confirmed: Vec<u64>,
}

impl Window {
    pub(super) fn of(work: &Work) -> Self {
        Self {
            events: (BYTES / work.len as u64).clamp(4, MOST_EVENTS),
            confirmed: vec![0; work.receivers()],
        }
    }

    /// Whether the sender may send the event of this number now.
    pub(super) fn has_room_for(&self, number: u64) -> bool {
        let slowest = self.confirmed.iter().min();
        slowest.is_none_or(|confirmed| number - confirmed < self.events)
    }

    /// Takes note of what a receiver said.
    pub(super) fn confirm(&mut self, confirmation: &[u8]) {
        let Stamp { number, time } = Stamp::read(confirmation);
        self.confirmed[number as usize] = time;
    }

    /// What the receiver says after this event, if it has to say something.
    pub(super) fn confirmation(&self, receiver: usize, event: Stamp) -> Option<[u8; Stamp::LEN]> {
        let taken = event.number.checked_add(1)?;
        if !taken.is_multiple_of(self.events / 4) {
            return None;
        }
        let mut confirmation = [0; Stamp::LEN];
        let progress = Stamp {
            number: receiver as u64,
            time: taken,
        };
        progress.write(&mut confirmation);
        Some(confirmation)
    }
}
