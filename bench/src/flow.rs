//! Events one way: the loops of whoever sends and whoever receives.

use anyhow::{Result, ensure};

use crate::pace::Pace;
use crate::seat::{Done, Seat};
use crate::stamp::{Stamp, now};
use crate::stats::Durations;
use crate::work::Kind;

/// One event to all receivers.
pub(crate) trait Sender {
    /// Sends an event, or leaves it in a buffer until the next `flush`.
    async fn send(&mut self, stamp: Stamp) -> Result<()>;

    /// Writes what is in buffers.
    async fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

pub(crate) trait Receiver {
    /// The next event, of which the payload has the right length.
    async fn receive(&mut self) -> Result<Stamp>;
}

/// Events between two looks at the clock.
const STRIDE: u64 = 16;

/// Sends for the time of the job, says how many there were, and waits until all is over.
pub(crate) async fn send(seat: &Seat, mut sender: impl Sender) -> Result<()> {
    seat.ready();
    seat.started().await;
    let start = now();
    let until = start + seat.nanos();
    let events = match seat.work().kind {
        Kind::Paced { per_second } => send_paced(&mut sender, per_second, until).await?,
        _ => send_all(&mut sender, until).await?,
    };
    sender.send(Stamp::end(events)).await?;
    sender.flush().await?;
    seat.done(Done {
        start: Some(start),
        end: None,
        events,
        latency: None,
    })
    .await;
    Ok(())
}

async fn send_all(sender: &mut impl Sender, until: u64) -> Result<u64> {
    let mut number = 0;
    let mut time = now();
    while time < until {
        for _ in 0..STRIDE {
            sender.send(Stamp { number, time }).await?;
            number += 1;
        }
        time = now();
    }
    Ok(number)
}

async fn send_paced(sender: &mut impl Sender, per_second: u64, until: u64) -> Result<u64> {
    let pace = Pace::new(per_second)?;
    let mut number = 0;
    while now() < until {
        pace.tick().await?;
        let time = now();
        sender.send(Stamp { number, time }).await?;
        sender.flush().await?;
        number += 1;
    }
    Ok(number)
}

/// Takes every event up to the last, none missing and all in order.
pub(crate) async fn receive(seat: &Seat, mut receiver: impl Receiver) -> Result<()> {
    let paced = matches!(seat.work().kind, Kind::Paced { .. });
    let mut latencies = Durations::new();
    let mut events = 0;
    seat.ready();
    let total = loop {
        let stamp = receiver.receive().await?;
        if let Some(total) = stamp.total() {
            break total;
        }
        let number = stamp.number;
        ensure!(number == events, "event {number} came in place of {events}");
        events += 1;
        if paced {
            latencies.record(now().saturating_sub(stamp.time));
        }
    };
    let end = now();
    ensure!(events == total, "of {total} events {events} came");
    seat.done(Done {
        start: None,
        end: Some(end),
        events,
        latency: latencies.latency(),
    })
    .await;
    Ok(())
}
