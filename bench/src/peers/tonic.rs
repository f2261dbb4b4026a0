//! gRPC, over a Unix socket.

use std::path::Path;
use std::pin::Pin;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use hyper_util::rt::TokioIo;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, UnixListenerStream};
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status, Streaming};

use super::{Peer, version};
use crate::calls::{self, Asker, Exchange};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::{Kind, Work};

mod api {
    tonic::include_proto!("bench.v1");
}
use api::bench_client::BenchClient;
use api::bench_server::{Bench, BenchServer};
use api::{Join, Sample};

pub(super) struct Tonic {
    unary: bool,
}

impl Tonic {
    pub(super) const STREAMING: Self = Self { unary: false };
    pub(super) const UNARY: Self = Self { unary: true };
}

impl Peer for Tonic {
    fn name(&self) -> &'static str {
        match self.unary {
            true => "tonic-unary",
            false => "tonic",
        }
    }

    fn version(&self) -> String {
        version::of("tonic")
    }

    fn configuration(&self) -> &'static str {
        match self.unary {
            true => "a call per request; windows of 4 MiB; current-thread runtimes",
            false => {
                "a stream per receiver (requests: one of each direction) fed by a queue of 1,024; windows of 4 MiB, frames up to 1 MiB; current-thread runtimes; payloads are `Bytes`"
            }
        }
    }

    fn does(&self, work: &Work) -> bool {
        matches!(work.kind, Kind::Requests { .. }) || !self.unary
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat, self.unary).boxed_local()
    }
}

async fn play(seat: Seat, unary: bool) -> Result<()> {
    let payload = Bytes::from(vec![0; seat.work().payload_len()]);
    let path = seat.job.place.join("tonic");
    if seat.job.role == Role::Host {
        let mut joins = serve(&path)?;
        seat.listening();
        if seat.work().is_requests() {
            seat.ready();
            seat.over().await;
            return Ok(());
        }
        let mut streams = Vec::new();
        for _ in 0..seat.work().receivers() {
            streams.push(joins.recv().await.context("the server ended")?);
        }
        return flow::send(&seat, Outlet { streams, payload }).await;
    }
    let mut client = BenchClient::new(connect(&path).await?);
    match (seat.work().is_requests(), unary) {
        (false, _) => {
            let samples = client.subscribe(Join {}).await?.into_inner();
            flow::receive(&seat, Inlet { samples, payload }).await
        }
        (true, true) => calls::ask(&seat, Client { client, payload }).await,
        (true, false) => {
            let (requests, queue) = mpsc::channel(QUEUE);
            let answers = client.converse(ReceiverStream::new(queue)).await?;
            let inlet = Inlet {
                samples: answers.into_inner(),
                payload,
            };
            calls::exchange(&seat, Conversation { requests, inlet }).await
        }
    }
}

/// Events that wait for the stream to take them.
const QUEUE: usize = 1024;
const WINDOW: u32 = 4 << 20;
const FRAME: u32 = 1 << 20;

type Outflow = mpsc::Sender<Result<Sample, Status>>;

/// Starts a server, which hands over each stream that is opened.
fn serve(path: &Path) -> Result<mpsc::Receiver<Outflow>> {
    let listener = UnixListenerStream::new(UnixListener::bind(path)?);
    let (joins, joined) = mpsc::channel(1);
    let server = Server::builder()
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .max_frame_size(FRAME)
        .add_service(BenchServer::new(Service { joins }));
    tokio::spawn(server.serve_with_incoming(listener));
    Ok(joined)
}

async fn connect(path: &Path) -> Result<Channel> {
    let path = path.to_owned();
    let connector = tower::service_fn(move |_| {
        let path = path.clone();
        async { anyhow::Ok(TokioIo::new(UnixStream::connect(path).await?)) }
    });
    let endpoint = Endpoint::from_static("http://bench")
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW);
    Ok(endpoint.connect_with_connector(connector).await?)
}

struct Service {
    joins: mpsc::Sender<Outflow>,
}

#[tonic::async_trait]
impl Bench for Service {
    type SubscribeStream = ReceiverStream<Result<Sample, Status>>;
    type ConverseStream = Pin<Box<Streaming<Sample>>>;

    async fn subscribe(
        &self,
        _join: Request<Join>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let (outflow, queue) = mpsc::channel(QUEUE);
        let handed = self.joins.send(outflow).await;
        handed.map_err(|_| Status::unavailable("the sender is gone"))?;
        Ok(Response::new(ReceiverStream::new(queue)))
    }

    async fn ask(&self, request: Request<Sample>) -> Result<Response<Sample>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn converse(
        &self,
        requests: Request<Streaming<Sample>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        Ok(Response::new(Box::pin(requests.into_inner())))
    }
}

fn sample(Stamp { number, time }: Stamp, payload: &Bytes) -> Sample {
    Sample {
        number,
        time,
        payload: payload.clone(),
    }
}

fn stamp(sample: &Sample) -> Stamp {
    Stamp {
        number: sample.number,
        time: sample.time,
    }
}

struct Outlet {
    streams: Vec<Outflow>,
    payload: Bytes,
}

impl Sender for Outlet {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        for stream in &self.streams {
            stream.send(Ok(sample(stamp, &self.payload))).await?;
        }
        Ok(())
    }
}

struct Inlet {
    samples: Streaming<Sample>,
    payload: Bytes,
}

impl Receiver for Inlet {
    async fn receive(&mut self) -> Result<Stamp> {
        let sample = self.samples.message().await?;
        let sample = sample.context("the stream ended")?;
        ensure!(
            sample.payload.len() == self.payload.len(),
            "an event is cut"
        );
        Ok(stamp(&sample))
    }
}

struct Client {
    client: BenchClient<Channel>,
    payload: Bytes,
}

impl Asker for Client {
    async fn ask(&self, request: Stamp) -> Result<Stamp> {
        let request = sample(request, &self.payload);
        let answer = self.client.clone().ask(request).await?;
        Ok(stamp(answer.get_ref()))
    }
}

struct Conversation {
    requests: mpsc::Sender<Sample>,
    inlet: Inlet,
}

impl Exchange for Conversation {
    async fn put(&mut self, stamp: Stamp) -> Result<()> {
        let request = sample(stamp, &self.inlet.payload);
        Ok(self.requests.send(request).await?)
    }

    async fn take(&mut self) -> Result<Stamp> {
        self.inlet.receive().await
    }
}
