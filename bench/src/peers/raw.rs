//! The floor: blocking `UnixStream`s of std, and nothing but the bytes.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

use anyhow::{Result, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::Peer;
use super::plain::{BATCH, Incoming, Outgoing};
use crate::calls::{self, Exchange};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::{Kind, Work};

pub(super) struct Raw {
    name: &'static str,
    configuration: &'static str,
    batch: usize,
}

impl Raw {
    pub(super) const WRITE_PER_EVENT: Self = Self {
        name: "raw",
        configuration: "std UnixStream, blocking, a write per event, reads of 64 KiB",
        batch: 0,
    };
    pub(super) const BATCHES: Self = Self {
        name: "raw-batches",
        configuration: "std UnixStream, blocking, writes and reads of 64 KiB",
        batch: BATCH,
    };
}

impl Peer for Raw {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> String {
        "std".to_owned()
    }

    fn configuration(&self) -> &'static str {
        self.configuration
    }

    /// Batches where there is something to batch.
    fn does(&self, work: &Work) -> bool {
        match work.kind {
            Kind::Flow { .. } => self.batch == 0 || work.len < BATCH,
            Kind::Requests { in_flight } => (in_flight > 1) == (self.batch > 0),
            Kind::Paced { .. } => self.batch == 0,
        }
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat, self.batch).boxed_local()
    }
}

async fn play(seat: Seat, batch: usize) -> Result<()> {
    let path = seat.job.place.join("raw");
    let len = seat.work().len;
    let streams = match seat.job.role {
        Role::Host => {
            let listener = UnixListener::bind(path)?;
            seat.listening();
            let guests = 0..seat.work().receivers();
            guests
                .map(|_| Ok(listener.accept()?.0))
                .collect::<Result<_>>()?
        }
        Role::Guest(_) => vec![UnixStream::connect(path)?],
    };
    let inlet = Inlet {
        stream: streams[0].try_clone()?,
        incoming: Incoming::new(len),
    };
    let outlet = Outlet {
        streams,
        outgoing: Outgoing::new(len, batch),
    };
    match (seat.job.role, seat.work().is_requests()) {
        (Role::Host, false) => flow::send(&seat, outlet).await,
        (Role::Guest(_), false) => flow::receive(&seat, inlet).await,
        (Role::Host, true) => {
            seat.ready();
            Channel { outlet, inlet }.answer()
        }
        (Role::Guest(_), true) => calls::exchange(&seat, Channel { outlet, inlet }).await,
    }
}

struct Outlet {
    streams: Vec<UnixStream>,
    outgoing: Outgoing,
}

impl Outlet {
    fn push(&mut self, stamp: Stamp) -> Result<()> {
        self.outgoing.push(stamp);
        if self.outgoing.is_full() {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        if !self.outgoing.is_empty() {
            for stream in &mut self.streams {
                stream.write_all(self.outgoing.bytes())?;
            }
            self.outgoing.clear();
        }
        Ok(())
    }
}

impl Sender for Outlet {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        self.push(stamp)
    }

    async fn flush(&mut self) -> Result<()> {
        self.write()
    }
}

struct Inlet {
    stream: UnixStream,
    incoming: Incoming,
}

impl Inlet {
    fn read(&mut self) -> Result<()> {
        let count = self.stream.read(self.incoming.space())?;
        ensure!(count > 0, "the stream ended");
        self.incoming.read(count);
        Ok(())
    }
}

impl Receiver for Inlet {
    async fn receive(&mut self) -> Result<Stamp> {
        loop {
            match self.incoming.next() {
                Some(stamp) => return Ok(stamp),
                None => self.read()?,
            }
        }
    }
}

struct Channel {
    outlet: Outlet,
    inlet: Inlet,
}

impl Channel {
    /// Until the asker is gone.
    fn answer(mut self) -> Result<()> {
        loop {
            while let Some(stamp) = self.inlet.incoming.next() {
                self.outlet.push(stamp)?;
            }
            self.outlet.write()?;
            if self.inlet.read().is_err() {
                return Ok(());
            }
        }
    }
}

impl Exchange for Channel {
    async fn put(&mut self, stamp: Stamp) -> Result<()> {
        self.outlet.push(stamp)
    }

    async fn take(&mut self) -> Result<Stamp> {
        if let Some(stamp) = self.inlet.incoming.next() {
            return Ok(stamp);
        }
        self.outlet.write()?;
        self.inlet.receive().await
    }
}
