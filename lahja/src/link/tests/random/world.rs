//! Both sides, and what they do to each other.

use std::time::Duration;

use super::Action;
use super::half::{Half, NAMES};

pub(super) struct World {
    halves: [Half; 2],
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            halves: [Half::new(&["x"]), Half::new(&["x", "y"])],
        }
    }

    pub(super) fn act(&mut self, by: usize, action: Action, number: usize) {
        let half = &mut self.halves[by];
        let name = NAMES[number % NAMES.len()];
        match action {
            Action::Subscribe => half.subscribe(name, number),
            Action::Unsubscribe => half.side.unsubscribe(name),
            Action::Send => half.send(name, number, false),
            Action::SendOrWait => half.send(name, number, true),
            Action::Request => half.request(name),
            Action::Abandon => half.abandon(number),
            Action::Stall => half.stall(name),
            Action::Take => half.take(number),
            Action::Answer => half.answer(number),
            Action::Fail => half.fail(number),
            Action::Cancel => half.cancel(number),
            Action::Write => half.write(),
            Action::Read => self.read(by, number),
            Action::Wait => half.side.advance(Duration::from_millis(10)),
        }
        self.observe();
    }

    /// Everything arrives, is taken and is answered, until nothing moves any more.
    pub(super) fn run_to_rest(&mut self) {
        let mut moves = true;
        while moves {
            moves = false;
            for by in 0..2 {
                let half = &mut self.halves[by];
                half.write_all();
                moves |= half.take_all();
                moves |= !half.side.written.is_empty();
                self.read(1 - by, usize::MAX);
                self.observe();
            }
        }
    }

    pub(super) fn check_rest(&self) {
        self.halves.iter().for_each(Half::check_rest);
    }

    /// Both say goodbye.
    pub(super) fn part(&mut self) {
        for half in &mut self.halves {
            half.side.say_goodbye();
        }
        for half in &mut self.halves {
            half.write_all();
        }
        for by in 0..2 {
            self.read(by, usize::MAX);
            self.halves[by].check_parted();
        }
    }

    /// Up to so many bytes of the peer's arrive.
    fn read(&mut self, by: usize, count: usize) {
        let written = &mut self.halves[1 - by].side.written;
        let bytes = written.split_to(count.min(written.len()));
        self.halves[by].side.receive(&bytes);
    }

    fn observe(&mut self) {
        let [a, b] = &mut self.halves;
        a.observe();
        b.observe();
        a.check_talking();
        b.check_talking();
        a.check_arrived(b);
        b.check_arrived(a);
    }
}
