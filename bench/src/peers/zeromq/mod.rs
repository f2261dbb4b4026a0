//! ZeroMQ, over its ipc transport.

mod publish;

use anyhow::{Result, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use zmq::{Context, Message, Socket, SocketType};

use self::publish::{Publisher, Subscriber};
use super::{Peer, version};
use crate::calls::{self, Exchange};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

pub(super) struct ZeroMq;

impl Peer for ZeroMq {
    fn name(&self) -> &'static str {
        "zeromq"
    }

    fn version(&self) -> String {
        let (major, minor, patch) = zmq::version();
        format!("{}, libzmq {major}.{minor}.{patch}", version::of("zmq"))
    }

    fn configuration(&self) -> &'static str {
        "ipc; PUSH/PULL and DEALER/ROUTER with high-water marks of 10,000; to several receivers PUB/SUB without marks, in windows that they confirm (as for NATS); one I/O thread"
    }

    fn does(&self, _work: &Work) -> bool {
        true
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            match (seat.job.role, seat.work().is_requests()) {
                (Role::Host, false) => send(&seat).await,
                (Role::Guest(guest), false) => receive(&seat, guest).await,
                (Role::Host, true) => answer(&seat),
                (Role::Guest(_), true) => ask(&seat).await,
            }
        }
        .boxed_local()
    }
}

/// Messages that a side holds before it blocks: the default of 1,000 costs a fifth of the rate.
const HIGH_WATER_MARK: i32 = 10_000;

pub(super) fn socket(kind: SocketType) -> Result<Socket> {
    let socket = Context::new().socket(kind)?;
    socket.set_sndhwm(HIGH_WATER_MARK)?;
    socket.set_rcvhwm(HIGH_WATER_MARK)?;
    socket.set_linger(0)?;
    Ok(socket)
}

pub(super) fn address(seat: &Seat) -> String {
    format!("ipc://{}/zeromq", seat.job.place.display())
}

async fn send(seat: &Seat) -> Result<()> {
    let event = vec![0; seat.work().len];
    if seat.work().receivers() > 1 {
        return flow::send(seat, Publisher::gather(seat, event)?).await;
    }
    let socket = socket(zmq::PUSH)?;
    socket.bind(&address(seat))?;
    seat.listening();
    // Waits until there is someone to send it to.
    socket.send(GREETING, 0)?;
    flow::send(seat, Channel::new(socket, event)).await
}

const GREETING: &str = "hello";

async fn receive(seat: &Seat, guest: usize) -> Result<()> {
    let event = vec![0; seat.work().len];
    if seat.work().receivers() > 1 {
        return flow::receive(seat, Subscriber::join(seat, guest, event)?).await;
    }
    let socket = socket(zmq::PULL)?;
    socket.connect(&address(seat))?;
    socket.recv_bytes(0)?;
    flow::receive(seat, Channel::new(socket, event)).await
}

/// Until this process is ended.
fn answer(seat: &Seat) -> Result<()> {
    let socket = socket(zmq::ROUTER)?;
    socket.bind(&address(seat))?;
    seat.listening();
    seat.ready();
    let (mut asker, mut message) = (Message::new(), Message::new());
    loop {
        socket.recv(&mut asker, 0)?;
        socket.recv(&mut message, 0)?;
        socket.send(&*asker, zmq::SNDMORE)?;
        socket.send(&*message, 0)?;
    }
}

async fn ask(seat: &Seat) -> Result<()> {
    let socket = socket(zmq::DEALER)?;
    socket.connect(&address(seat))?;
    calls::exchange(seat, Channel::new(socket, vec![0; seat.work().len])).await
}

pub(super) struct Channel {
    socket: Socket,
    event: Vec<u8>,
    received: Message,
}

impl Channel {
    pub(super) fn new(socket: Socket, event: Vec<u8>) -> Self {
        Self {
            socket,
            event,
            received: Message::new(),
        }
    }

    pub(super) fn write(&mut self, stamp: Stamp) -> Result<()> {
        stamp.write(&mut self.event);
        Ok(self.socket.send(&self.event, 0)?)
    }

    pub(super) fn read(&mut self) -> Result<Stamp> {
        self.socket.recv(&mut self.received, 0)?;
        ensure!(self.received.len() == self.event.len(), "an event is cut");
        Ok(Stamp::read(&self.received))
    }
}

impl Sender for Channel {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        self.write(stamp)
    }
}

impl Receiver for Channel {
    async fn receive(&mut self) -> Result<Stamp> {
        self.read()
    }
}

impl Exchange for Channel {
    async fn put(&mut self, stamp: Stamp) -> Result<()> {
        self.write(stamp)
    }

    async fn take(&mut self) -> Result<Stamp> {
        self.read()
    }
}
