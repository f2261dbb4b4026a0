//! What waits for one subscriber.

use std::collections::VecDeque;
use std::fmt;

use smol_str::SmolStr;

use super::delivery::{Queued, Single, Source};
use crate::link::{cost, cost_of_run};
use crate::wire::run::{Run, next_payload};

/// What a queue keeps of its memory once it is empty, in entries.
const KEPT_ENTRIES: usize = 16;

/// The same in bytes of frames.
const KEPT: usize = 128 * 1024;

/// The same after it held less than this for a while.
const KEPT_OF_LITTLE: usize = 16 * 1024;

/// So many times in a row. Under load a subscriber that is quick finds now little, now much: memory
/// that goes and comes again each time costs more than decoding what lies in it.
const A_WHILE: u8 = 64;

/// Events in the order in which they came.
///
/// One that several subscribers share is decoded already, as is one that comes with more than its
/// payload. Runs that this subscriber alone gets lie here as they came: they are decoded as they are
/// taken, by whoever takes them and while the processor has them at hand, and until then take the
/// room of their bytes.
pub(crate) struct Queue<E> {
    /// The first may be a run of which all was taken: the last event of a run is given out along
    /// with the name of its origin, which is the run's.
    entries: VecDeque<Entry<E>>,
    /// The frames of all runs, of which those before `taken` were taken.
    frames: Vec<u8>,
    taken: usize,
    /// How often in a row it was emptied and had held little.
    held_little: u8,
}

enum Entry<E> {
    Shared(Queued<E>),
    Single(Single<E>),
    Run(Unread),
}

/// Events in `frames` that were not taken. Dropped, they count as taken.
pub(super) struct Unread {
    source: Source,
    events: usize,
    cost: u64,
    /// Events that did not come before the first of them.
    missed: u64,
}

/// The next event of a queue.
pub(crate) enum Next<'a, E> {
    Shared(Queued<E>),
    Single(Single<E>),
    /// An event that is to be decoded, the endpoint that sent it, and how many events were missed
    /// before it.
    Encoded {
        payload: &'a [u8],
        origin: &'a SmolStr,
        missed: u64,
    },
}

impl<E> Queue<E> {
    /// Whether all were taken.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.len() == usize::from(self.is_front_spent())
    }

    /// Adds an event that others take too.
    pub(crate) fn push_shared(&mut self, event: Queued<E>) {
        self.entries.push_back(Entry::Shared(event));
    }

    /// Adds an event that nobody else takes.
    pub(crate) fn push_single(&mut self, event: Single<E>) {
        self.entries.push_back(Entry::Single(event));
    }

    /// Adds a run, and what is to be known of it.
    pub(super) fn push_run(&mut self, run: &Run, added: Unread) {
        self.frames.extend_from_slice(run.frames());
        let rejected = match self.entries.back_mut() {
            Some(Entry::Run(last)) => last.join(added),
            _ => Err(added),
        };
        if let Err(added) = rejected {
            self.entries.push_back(Entry::Run(added));
        }
    }

    /// Takes the next event. (What is in a run has been read once, so it can be read again.)
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Next<'_, E>> {
        if self.is_front_spent() {
            self.entries.pop_front();
        }
        if !matches!(self.entries.front()?, Entry::Run(_)) {
            return self.next_decoded();
        }
        let Some(Entry::Run(unread)) = self.entries.front_mut() else {
            return None;
        };
        let mut rest = &self.frames[self.taken..];
        let (payload, body_len) = next_payload(&mut rest)?;
        self.taken = self.frames.len() - rest.len();
        unread.take(cost(body_len));
        Some(Next::Encoded {
            payload,
            missed: std::mem::take(&mut unread.missed),
            origin: unread.source.connection.name(),
        })
    }

    fn next_decoded(&mut self) -> Option<Next<'_, E>> {
        match self.entries.pop_front()? {
            Entry::Shared(event) => Some(Next::Shared(event)),
            Entry::Single(event) => Some(Next::Single(event)),
            Entry::Run(_) => None,
        }
    }

    #[inline]
    fn is_front_spent(&self) -> bool {
        matches!(self.entries.front(), Some(Entry::Run(unread)) if unread.events == 0)
    }

    /// Forgets what is left, and most of the memory that a burst took.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.entries.shrink_to(KEPT_ENTRIES);
        if self.frames.is_empty() {
            return;
        }
        self.held_little = match self.frames.len() {
            ..KEPT_OF_LITTLE => A_WHILE.min(self.held_little + 1),
            _ => 0,
        };
        let kept = match self.held_little {
            A_WHILE => KEPT_OF_LITTLE,
            _ => KEPT,
        };
        self.frames.clear();
        self.frames.shrink_to(kept);
        self.taken = 0;
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            frames: Vec::new(),
            taken: 0,
            held_little: 0,
        }
    }
}

impl<E> fmt::Debug for Queue<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Unread {
    /// The events of a run, before which so many were missed.
    pub(super) fn new(run: &Run, source: Source, missed: u64) -> Self {
        Self {
            source,
            events: run.events(),
            cost: cost_of_run(run),
            missed,
        }
    }

    /// Becomes one with events of the same window that came right behind; gives them back if they
    /// are none.
    fn join(&mut self, mut behind: Self) -> Result<(), Self> {
        if !self.source.is(&behind.source) || behind.missed > 0 {
            return Err(behind);
        }
        self.events += std::mem::take(&mut behind.events);
        self.cost += behind.cost;
        Ok(())
    }

    /// The subscriber takes one.
    fn take(&mut self, cost: u64) {
        self.events -= 1;
        self.cost -= cost;
        self.source.settle(cost);
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if self.events > 0 {
            self.source.settle(self.cost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A queue that is emptied after it held this many bytes of frames.
    fn hold(queue: &mut Queue<()>, bytes: usize) -> usize {
        queue.frames.resize(bytes, 0);
        queue.clear();
        queue.frames.capacity()
    }

    #[test]
    fn memory_stays_while_little_and_much_alternate() {
        let mut queue = Queue::default();
        for _ in 0..1_000 {
            assert!(hold(&mut queue, KEPT) >= KEPT);
            assert!(hold(&mut queue, 1) >= KEPT);
        }
    }

    #[test]
    fn what_a_burst_took_goes_at_once_and_what_is_not_needed_after_a_while() {
        let mut queue = Queue::default();
        assert!((KEPT..2 * KEPT).contains(&hold(&mut queue, 16 * KEPT)));
        let kept = (0..A_WHILE).map(|_| hold(&mut queue, 1)).last();
        assert!(
            kept.is_some_and(|kept| kept < 2 * KEPT_OF_LITTLE),
            "{kept:?}"
        );
    }
}
