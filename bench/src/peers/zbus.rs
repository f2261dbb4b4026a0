//! D-Bus between two processes, without a bus.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use serde_bytes::{ByteBuf, Bytes};
use tokio::net::{UnixListener, UnixStream};
use zbus::message::Type;
use zbus::{Connection, Guid, MessageStream, connection};

use super::{Peer, version};
use crate::calls::{self, Asker};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

pub(super) struct Zbus;

impl Peer for Zbus {
    fn name(&self) -> &'static str {
        "zbus"
    }

    fn version(&self) -> String {
        version::of("zbus")
    }

    fn configuration(&self) -> &'static str {
        "peer to peer; signals of (t, t, ay), a method of an #[interface]; queues of 1,024; on tokio's current-thread runtime"
    }

    fn does(&self, _work: &Work) -> bool {
        true
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat).boxed_local()
    }
}

const PATH: &str = "/bench";
const INTERFACE: &str = "bench.v1.Bench";
const SIGNAL: &str = "Sample";
const QUEUE: usize = 1024;

async fn play(seat: Seat) -> Result<()> {
    let path = seat.job.place.join("zbus");
    let payload = vec![0; seat.work().len - Stamp::LEN];
    if seat.job.role == Role::Host {
        let listener = UnixListener::bind(path)?;
        seat.listening();
        let mut connections = Vec::new();
        for _ in 0..seat.work().receivers() {
            connections.push(accept(&listener).await?);
        }
        if seat.work().is_requests() {
            seat.ready();
            seat.over().await;
            return Ok(());
        }
        let outlet = Outlet {
            connections,
            payload,
        };
        return flow::send(&seat, outlet).await;
    }
    let connection = connect(&path).await?;
    if seat.work().is_requests() {
        let client = Client {
            connection,
            payload,
        };
        return calls::ask(&seat, client).await;
    }
    let inlet = Inlet {
        messages: MessageStream::from(connection),
        payload_len: payload.len(),
    };
    flow::receive(&seat, inlet).await
}

async fn accept(listener: &UnixListener) -> Result<Connection> {
    let (stream, _) = listener.accept().await?;
    let builder = connection::Builder::unix_stream(stream)
        .server(Guid::generate())?
        .p2p()
        .max_queued(QUEUE)
        .serve_at(PATH, Echo)?;
    Ok(builder.build().await?)
}

async fn connect(path: &Path) -> Result<Connection> {
    let stream = UnixStream::connect(path).await?;
    let builder = connection::Builder::unix_stream(stream)
        .p2p()
        .max_queued(QUEUE);
    Ok(builder.build().await?)
}

struct Echo;

#[zbus::interface(name = "bench.v1.Bench")]
impl Echo {
    fn ask(&self, number: u64, time: u64, payload: ByteBuf) -> (u64, u64, ByteBuf) {
        (number, time, payload)
    }
}

struct Outlet {
    connections: Vec<Connection>,
    payload: Vec<u8>,
}

impl Sender for Outlet {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        let body = (stamp.number, stamp.time, Bytes::new(&self.payload));
        for connection in &self.connections {
            let nobody = None::<&str>;
            connection
                .emit_signal(nobody, PATH, INTERFACE, SIGNAL, &body)
                .await?;
        }
        Ok(())
    }
}

struct Inlet {
    messages: MessageStream,
    payload_len: usize,
}

impl Receiver for Inlet {
    async fn receive(&mut self) -> Result<Stamp> {
        loop {
            let message = self.messages.next().await;
            let message = message.context("the connection ended")??;
            if message.message_type() != Type::Signal {
                continue;
            }
            let body = message.body();
            let (number, time, payload): (u64, u64, &[u8]) = body.deserialize()?;
            ensure!(payload.len() == self.payload_len, "an event is cut");
            return Ok(Stamp { number, time });
        }
    }
}

struct Client {
    connection: Connection,
    payload: Vec<u8>,
}

impl Asker for Client {
    async fn ask(&self, Stamp { number, time }: Stamp) -> Result<Stamp> {
        let request = (number, time, Bytes::new(&self.payload));
        let nobody = None::<&str>;
        let answer = self
            .connection
            .call_method(nobody, PATH, Some(INTERFACE), "Ask", &request)
            .await?;
        let body = answer.body();
        let (number, time, _): (u64, u64, &[u8]) = body.deserialize()?;
        Ok(Stamp { number, time })
    }
}
