//! The floor for async code: tokio's `UnixStream`, and nothing but the bytes.

use anyhow::{Result, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

use super::plain::{BATCH, Incoming, Outgoing};
use super::{Peer, version};
use crate::calls::{self, Exchange};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

pub(super) struct TokioSocket;

impl Peer for TokioSocket {
    fn name(&self) -> &'static str {
        "tokio"
    }

    fn version(&self) -> String {
        version::of("tokio")
    }

    fn configuration(&self) -> &'static str {
        "tokio UnixStream on a current-thread runtime, writes and reads of 64 KiB where there is as much"
    }

    fn does(&self, _work: &Work) -> bool {
        true
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat).boxed_local()
    }
}

async fn play(seat: Seat) -> Result<()> {
    let path = seat.job.place.join("tokio");
    let len = seat.work().len;
    let streams = match seat.job.role {
        Role::Host => accept(&seat, UnixListener::bind(path)?).await?,
        Role::Guest(_) => vec![UnixStream::connect(path).await?],
    };
    // Halves that are dropped close their direction, so all are kept.
    let (mut readers, streams): (Vec<_>, Vec<_>) =
        streams.into_iter().map(UnixStream::into_split).unzip();
    let inlet = Inlet {
        stream: readers.swap_remove(0),
        incoming: Incoming::new(len),
    };
    let outlet = Outlet {
        streams,
        outgoing: Outgoing::new(len, BATCH),
    };
    match (seat.job.role, seat.work().is_requests()) {
        (Role::Host, false) => flow::send(&seat, outlet).await,
        (Role::Guest(_), false) => flow::receive(&seat, inlet).await,
        (Role::Host, true) => {
            seat.ready();
            Channel { outlet, inlet }.answer().await
        }
        (Role::Guest(_), true) => calls::exchange(&seat, Channel { outlet, inlet }).await,
    }
}

async fn accept(seat: &Seat, listener: UnixListener) -> Result<Vec<UnixStream>> {
    seat.listening();
    let mut streams = Vec::new();
    for _ in 0..seat.work().receivers() {
        streams.push(listener.accept().await?.0);
    }
    Ok(streams)
}

struct Outlet {
    streams: Vec<OwnedWriteHalf>,
    outgoing: Outgoing,
}

impl Outlet {
    async fn push(&mut self, stamp: Stamp) -> Result<()> {
        self.outgoing.push(stamp);
        if self.outgoing.is_full() {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<()> {
        if !self.outgoing.is_empty() {
            for stream in &mut self.streams {
                stream.write_all(self.outgoing.bytes()).await?;
            }
            self.outgoing.clear();
        }
        Ok(())
    }
}

impl Sender for Outlet {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        self.push(stamp).await
    }

    async fn flush(&mut self) -> Result<()> {
        self.write().await
    }
}

struct Inlet {
    stream: OwnedReadHalf,
    incoming: Incoming,
}

impl Inlet {
    async fn read(&mut self) -> Result<()> {
        let count = self.stream.read(self.incoming.space()).await?;
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
                None => self.read().await?,
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
    async fn answer(mut self) -> Result<()> {
        loop {
            while let Some(stamp) = self.inlet.incoming.next() {
                self.outlet.push(stamp).await?;
            }
            self.outlet.write().await?;
            if self.inlet.read().await.is_err() {
                return Ok(());
            }
        }
    }
}

impl Exchange for Channel {
    async fn put(&mut self, stamp: Stamp) -> Result<()> {
        self.outlet.push(stamp).await
    }

    async fn take(&mut self) -> Result<Stamp> {
        if let Some(stamp) = self.inlet.incoming.next() {
            return Ok(stamp);
        }
        self.outlet.write().await?;
        self.inlet.receive().await
    }
}
