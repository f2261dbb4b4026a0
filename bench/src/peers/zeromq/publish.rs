//! PUB and SUB, which drop at their marks: so without marks, and counting what is under way.

use anyhow::Result;
use zmq::Socket;

use super::{Channel, address, socket};
use crate::flow::{Receiver, Sender};
use crate::peers::window::Window;
use crate::seat::Seat;
use crate::stamp::Stamp;

pub(super) struct Publisher {
    samples: Channel,
    /// What receivers confirm.
    taken: Socket,
    window: Window,
}

impl Publisher {
    /// Waits until every receiver has subscribed.
    pub(super) fn gather(seat: &Seat, event: Vec<u8>) -> Result<Self> {
        let taken = socket(zmq::PULL)?;
        taken.bind(&confirmations(seat))?;
        // As PUB, and tells who subscribes.
        let samples = socket(zmq::XPUB)?;
        samples.set_sndhwm(0)?;
        samples.set_xpub_verbose(true)?;
        samples.bind(&address(seat))?;
        seat.listening();
        for _ in 0..seat.work().receivers() {
            samples.recv_bytes(0)?;
        }
        Ok(Self {
            samples: Channel::new(samples, event),
            taken,
            window: Window::of(seat.work()),
        })
    }
}

impl Sender for Publisher {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        while !stamp.is_end() && !self.window.has_room_for(stamp.number) {
            self.window.confirm(&self.taken.recv_bytes(0)?);
        }
        self.samples.write(stamp)
    }
}

pub(super) struct Subscriber {
    samples: Channel,
    taken: Socket,
    window: Window,
    number: usize,
}

impl Subscriber {
    pub(super) fn join(seat: &Seat, number: usize, event: Vec<u8>) -> Result<Self> {
        let taken = socket(zmq::PUSH)?;
        taken.connect(&confirmations(seat))?;
        let samples = socket(zmq::SUB)?;
        samples.set_rcvhwm(0)?;
        samples.connect(&address(seat))?;
        samples.set_subscribe(b"")?;
        Ok(Self {
            samples: Channel::new(samples, event),
            taken,
            window: Window::of(seat.work()),
            number,
        })
    }
}

impl Receiver for Subscriber {
    async fn receive(&mut self) -> Result<Stamp> {
        let stamp = self.samples.read()?;
        if let Some(confirmation) = self.window.confirmation(self.number, stamp) {
            self.taken.send(&confirmation[..], 0)?;
        }
        Ok(stamp)
    }
}

fn confirmations(seat: &Seat) -> String {
    format!("{}-taken", address(seat))
}
