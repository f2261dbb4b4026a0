//! lahja itself.

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use lahja::{Endpoint, EventStream, Received};

use crate::calls::{self, Asker};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::peers::{Peer, version};
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

/// 112 bytes with a payload of 92.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "bench.v1")]
struct Sample {
    #[event(fixed64)]
    number: u64,
    #[event(fixed64)]
    time: u64,
    payload: Bytes,
}

/// The same, to be answered with a [`Sample`].
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "bench.v1", response = Sample)]
struct Question {
    #[event(fixed64)]
    number: u64,
    #[event(fixed64)]
    time: u64,
    payload: Bytes,
}

pub(super) struct Lahja;

impl Peer for Lahja {
    fn name(&self) -> &'static str {
        "lahja"
    }

    fn version(&self) -> String {
        version::of("lahja")
    }

    fn configuration(&self) -> &'static str {
        "defaults, on a current-thread runtime; payloads are `Bytes`"
    }

    fn does(&self, _work: &Work) -> bool {
        true
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            match (seat.job.role, seat.work().is_requests()) {
                (Role::Host, false) => send(&seat).await,
                (Role::Guest(guest), _) if seat.work().is_idle(guest) => idle(&seat, guest).await,
                (Role::Guest(guest), false) => receive(&seat, guest).await,
                (Role::Host, true) => answer(&seat).await,
                (Role::Guest(guest), true) => ask(&seat, guest).await,
            }
        }
        .boxed_local()
    }
}

const HOST: &str = "host";

fn guest_name(guest: usize) -> String {
    format!("guest-{guest}")
}

async fn serve(seat: &Seat, name: &str) -> Result<Endpoint> {
    let builder = Endpoint::builder(name).directory(&seat.job.place);
    Ok(builder.serve().await?)
}

async fn send(seat: &Seat) -> Result<()> {
    let endpoint = serve(seat, HOST).await?;
    seat.listening();
    for guest in 0..seat.work().receivers() {
        let name = guest_name(guest);
        endpoint.wait_until_connected_to(&name).await?;
        endpoint
            .wait_until_endpoint_subscribed_to::<Sample>(&name)
            .await?;
    }
    flow::send(seat, Outlet::new(endpoint, seat.work())).await
}

async fn receive(seat: &Seat, guest: usize) -> Result<()> {
    let endpoint = serve(seat, &guest_name(guest)).await?;
    #[cfg(feature = "types")]
    let _others = lahja_bench_types::subscribe_to(seat.work().types - 1, &endpoint)?;
    let samples = endpoint.stream()?;
    endpoint.connect_to(HOST).await?;
    // Subscriptions are confirmed in their order, and this is the last.
    samples.confirmed().await;
    flow::receive(seat, Inlet::new(samples, seat.work())).await
}

/// Is connected to all the others, and has nothing to do with what they exchange.
async fn idle(seat: &Seat, guest: usize) -> Result<()> {
    let endpoint = serve(seat, &guest_name(guest)).await?;
    let questions = endpoint.stream::<Question>()?;
    endpoint.connect_to(HOST).await?;
    for earlier in 0..guest {
        endpoint.connect_to(guest_name(earlier)).await?;
    }
    questions.confirmed().await;
    seat.ready();
    seat.over().await;
    Ok(())
}

async fn answer(seat: &Seat) -> Result<()> {
    let endpoint = serve(seat, HOST).await?;
    let answers = endpoint.respond(|question: Received<Question>| async move {
        let Question {
            number,
            time,
            payload,
        } = question.into_inner();
        Sample {
            number,
            time,
            payload,
        }
    })?;
    seat.listening();
    seat.ready();
    seat.over().await;
    drop(answers);
    Ok(())
}

async fn ask(seat: &Seat, guest: usize) -> Result<()> {
    let endpoint = serve(seat, &guest_name(guest)).await?;
    endpoint.connect_to(HOST).await?;
    endpoint
        .wait_until_endpoint_subscribed_to::<Question>(HOST)
        .await?;
    let payload = Bytes::from(vec![0; seat.work().payload_len()]);
    calls::ask(seat, Client { endpoint, payload }).await
}

struct Outlet {
    endpoint: Endpoint,
    receivers: usize,
    payload: Bytes,
}

impl Outlet {
    fn new(endpoint: Endpoint, work: &Work) -> Self {
        Self {
            endpoint,
            receivers: work.receivers(),
            payload: Bytes::from(vec![0; work.payload_len()]),
        }
    }
}

impl Sender for Outlet {
    async fn send(&mut self, Stamp { number, time }: Stamp) -> Result<()> {
        let payload = self.payload.clone();
        let event = Sample {
            number,
            time,
            payload,
        };
        let sent = self.endpoint.broadcast(event).await?;
        ensure!(sent.count() == self.receivers, "sent to {}", sent.count());
        Ok(())
    }

    /// What is broadcast is written as soon as this task yields.
    async fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

struct Inlet {
    samples: EventStream<Sample>,
    payload_len: usize,
}

impl Inlet {
    fn new(samples: EventStream<Sample>, work: &Work) -> Self {
        let payload_len = work.payload_len();
        Self {
            samples,
            payload_len,
        }
    }
}

impl Receiver for Inlet {
    async fn receive(&mut self) -> Result<Stamp> {
        let Some(sample) = self.samples.next().await else {
            anyhow::bail!("the endpoint stopped");
        };
        ensure!(sample.payload.len() == self.payload_len, "a payload is cut");
        Ok(Stamp {
            number: sample.number,
            time: sample.time,
        })
    }
}

struct Client {
    endpoint: Endpoint,
    payload: Bytes,
}

impl Asker for Client {
    async fn ask(&self, Stamp { number, time }: Stamp) -> Result<Stamp> {
        let payload = self.payload.clone();
        let question = Question {
            number,
            time,
            payload,
        };
        let answer = self.endpoint.request(question).await?;
        Ok(Stamp {
            number: answer.number,
            time: answer.time,
        })
    }
}
