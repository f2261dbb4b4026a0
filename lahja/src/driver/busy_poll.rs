//! Whether to look at a stream once more before its thread may sleep.

use std::time::{Duration, Instant};

/// After so many reads at the latest it is tried again whether looking pays.
const MAX_PAUSE: u16 = 1023;

/// Where requests and answers go to and fro, both sides keep waiting for each other, as a rule for
/// less time than it takes to fall asleep and to be woken from another CPU. So a driver that has
/// just read some looks on for a while, like the kernel before it [halts a virtual
/// CPU](https://docs.kernel.org/virt/guest-halt-polling.html). Where that does not pay, as when the
/// peer wants the very CPU that looks, the pauses until it is tried again become ever longer.
#[derive(Debug)]
pub(super) struct BusyPoll {
    span: Duration,
    until: Option<Instant>,
    /// How often nothing was left to do since the last read.
    idle: u32,
    /// How many reads go by before it is tried again.
    pause_left: u16,
    /// How many went by before the last try, or are to go by before the next.
    pause: u16,
}

impl BusyPoll {
    /// Looks for so long at the most.
    pub(super) fn new(span: Duration) -> Self {
        Self {
            span,
            until: None,
            idle: 0,
            pause_left: 0,
            pause: 0,
        }
    }

    /// Requests or answers were read.
    pub(super) fn exchanged(&mut self, now: impl FnOnce() -> Instant) {
        // What the first look finds would have kept the thread from sleeping as well.
        if self.until.take().is_some() && self.idle > 1 {
            self.pause /= 2;
            self.pause_left = self.pause;
        }
        self.idle = 0;
        match self.pause_left.checked_sub(1) {
            Some(left) => self.pause_left = left,
            None => self.until = Some(now() + self.span),
        }
    }

    /// Nothing is left to do. True if it is to be looked again, once others had their turn.
    pub(super) fn looks_again(&mut self, now: impl FnOnce() -> Instant) -> bool {
        let Some(until) = self.until else {
            return false;
        };
        self.idle += 1;
        if now() < until {
            return true;
        }
        self.until = None;
        self.pause = MAX_PAUSE.min(2 * self.pause + 1);
        self.pause_left = self.pause;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Duration = Duration::from_micros(100);

    /// Reads, all of them at one and the same time.
    struct Story {
        poll: BusyPoll,
        now: Instant,
    }

    impl Story {
        fn new() -> Self {
            let (poll, now) = (BusyPoll::new(SPAN), Instant::now());
            Self { poll, now }
        }

        /// Reads, and finds nothing more in `looks` looks; true if it looked as often as that.
        fn read(&mut self, looks: usize) -> bool {
            let now = self.now;
            self.poll.exchanged(|| now);
            (0..looks).all(|_| self.poll.looks_again(|| now))
        }

        /// Reads, and finds nothing more until it no longer looks; true if it looked.
        fn read_in_vain(&mut self) -> bool {
            let looked = self.read(1);
            let end = self.now + SPAN;
            assert!(!self.poll.looks_again(|| end), "no longer than the span");
            looked
        }

        /// After which of so many reads it looked, each time in vain.
        fn in_vain(&mut self, reads: usize) -> Vec<usize> {
            (0..reads).filter(|_| self.read_in_vain()).collect()
        }
    }

    #[test]
    fn a_stream_that_nothing_was_read_from_is_not_looked_at_again() {
        let mut story = Story::new();
        assert!(!story.poll.looks_again(Instant::now));
    }

    #[test]
    fn it_looks_after_every_read_while_that_pays() {
        let mut story = Story::new();
        assert!((0..1_000).all(|_| story.read(3)));
    }

    #[test]
    fn what_does_not_pay_is_tried_ever_more_rarely_but_for_ever() {
        let tried = Story::new().in_vain(10_000);
        assert_eq!(tried[..4], [0, 2, 6, 14]);
        let pauses = tried.windows(2).map(|pair| pair[1] - pair[0]);
        assert_eq!(pauses.max(), Some(usize::from(MAX_PAUSE) + 1));
    }

    #[test]
    fn once_it_pays_again_it_comes_to_be_trusted_again() {
        let mut story = Story::new();
        story.in_vain(10_000);
        let reads = (0..3 * usize::from(MAX_PAUSE)).filter(|_| !story.read(3));
        assert!(reads.count() > 0, "it was trusted all the time");
        assert!((0..1_000).all(|_| story.read(3)), "it is not trusted yet");
    }

    #[test]
    fn what_is_found_at_the_first_look_neither_pays_nor_costs() {
        let mut story = Story::new();
        story.in_vain(100);
        let pause = story.poll.pause;
        let looked = (0..10_000).filter(|_| story.read(1));
        assert!(looked.count() > 1_000);
        assert_eq!(story.poll.pause, pause);
    }

    #[test]
    fn a_span_of_nothing_is_never() {
        let (mut poll, now) = (BusyPoll::new(Duration::ZERO), Instant::now());
        poll.exchanged(|| now);
        assert!(!poll.looks_again(|| now));
    }
}
