//! What each event carries besides its payload: its number, and when it was sent.

use nix::time::{ClockId, clock_gettime};

/// Nanoseconds of a clock that all processes share.
pub(crate) fn now() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("Linux has this clock");
    time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamp {
    pub(crate) number: u64,
    pub(crate) time: u64,
}

impl Stamp {
    /// Bytes at the head of an event that is plain bytes.
    pub(crate) const LEN: usize = 16;

    /// The last event: there were so many before it.
    pub(crate) fn end(events: u64) -> Self {
        Self {
            number: u64::MAX,
            time: events,
        }
    }

    pub(crate) fn is_end(self) -> bool {
        self.number == u64::MAX
    }

    /// How many events there were, if this is the last.
    pub(crate) fn total(self) -> Option<u64> {
        self.is_end().then_some(self.time)
    }

    pub(crate) fn write(self, event: &mut [u8]) {
        event[..8].copy_from_slice(&self.number.to_le_bytes());
        event[8..Self::LEN].copy_from_slice(&self.time.to_le_bytes());
    }

    pub(crate) fn read(event: &[u8]) -> Self {
        let word = |at: usize| {
            let bytes = event[at..at + 8].try_into();
            u64::from_le_bytes(bytes.expect("eight bytes"))
        };
        Self {
            number: word(0),
            time: word(8),
        }
    }
}
