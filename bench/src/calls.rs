//! Requests and their answers: the loops of whoever asks.

use std::cell::{Cell, RefCell};

use anyhow::{Result, ensure};
use futures::future::try_join_all;

use crate::seat::{Done, Seat};
use crate::stamp::{Stamp, now};
use crate::stats::Durations;
use crate::work::Kind;

/// A client that tells the answers of concurrent requests apart.
pub(crate) trait Asker {
    /// The answer, which repeats the request.
    async fn ask(&self, stamp: Stamp) -> Result<Stamp>;
}

/// A channel on which answers come in the order of the requests.
pub(crate) trait Exchange {
    /// Sends a request, or leaves it in a buffer until the next `take`.
    async fn put(&mut self, stamp: Stamp) -> Result<()>;

    /// The next answer.
    async fn take(&mut self) -> Result<Stamp>;
}

/// Asks for the time of the job, with as many requests in flight as the work says.
pub(crate) async fn ask(seat: &Seat, asker: impl Asker) -> Result<()> {
    seat.ready();
    seat.started().await;
    let start = now();
    let until = start + seat.nanos();
    let (numbers, latencies) = (Cell::new(0), RefCell::new(Durations::new()));
    let lane = async || {
        loop {
            let time = now();
            if time >= until {
                return anyhow::Ok(());
            }
            let number = numbers.replace(numbers.get() + 1);
            let stamp = Stamp { number, time };
            let answer = asker.ask(stamp).await?;
            ensure!(answer == stamp, "{stamp:?} was answered with {answer:?}");
            latencies.borrow_mut().record(now() - time);
        }
    };
    try_join_all((0..in_flight(seat)).map(|_| lane())).await?;
    finish(seat, start, &latencies.into_inner()).await
}

/// The same over a channel.
pub(crate) async fn exchange(seat: &Seat, mut channel: impl Exchange) -> Result<()> {
    seat.ready();
    seat.started().await;
    let in_flight = in_flight(seat) as u64;
    let start = now();
    let until = start + seat.nanos();
    let (mut asked, mut latencies) = (0, Durations::new());
    let mut time = start;
    loop {
        let answered = latencies.count();
        while asked - answered < in_flight && time < until {
            channel
                .put(Stamp {
                    number: asked,
                    time,
                })
                .await?;
            asked += 1;
        }
        if asked == answered {
            break;
        }
        let stamp = channel.take().await?;
        ensure!(
            stamp.number == answered,
            "the answer to {answered} is {stamp:?}"
        );
        time = now();
        latencies.record(time - stamp.time);
    }
    finish(seat, start, &latencies).await
}

fn in_flight(seat: &Seat) -> usize {
    match seat.work().kind {
        Kind::Requests { in_flight } => in_flight,
        Kind::Flow { .. } | Kind::Paced { .. } => 0,
    }
}

async fn finish(seat: &Seat, start: u64, latencies: &Durations) -> Result<()> {
    seat.done(Done {
        start: Some(start),
        end: Some(now()),
        events: latencies.count(),
        latency: latencies.latency(),
    })
    .await;
    Ok(())
}
