//! NATS: a broker, over TCP on the loopback device.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use async_nats::{Client, ConnectOptions, Subscriber};
use bytes::Bytes;
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};

use super::window::{self, Window};
use super::{Peer, version};
use crate::calls::{self, Asker};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

pub(super) struct Nats;

impl Peer for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn version(&self) -> String {
        let server = Command::new(SERVER).arg("--version").output();
        let server = server.map_or_else(
            |_| "no nats-server".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        );
        format!("{}, {server}", version::of("async-nats"))
    }

    fn configuration(&self) -> &'static str {
        "core NATS; receivers confirm a quarter of a window (16 MiB, at most 32,768 events) at a time, which is what keeps it from dropping events; the server's CPU time and memory count"
    }

    fn does(&self, _work: &Work) -> bool {
        true
    }

    fn missing(&self) -> Option<String> {
        let found = Command::new(SERVER).arg("--version").output();
        found.err().map(|error| format!("{SERVER}: {error}"))
    }

    fn server(&self, place: &Path) -> Result<Option<Command>> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        fs::write(place.join(PORT), port.to_string())?;
        let mut command = Command::new(SERVER);
        command.args(["--addr", "127.0.0.1", "--port", &port.to_string()]);
        command.stderr(Stdio::null());
        Ok(Some(command))
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat).boxed_local()
    }
}

const SERVER: &str = "nats-server";
/// The file that tells the clients where the server listens.
const PORT: &str = "nats.port";

const SAMPLES: &str = "samples";
const TAKEN: &str = "taken";
const QUESTIONS: &str = "questions";

async fn play(seat: Seat) -> Result<()> {
    let client = connect(&seat.job.place).await?;
    let event = vec![0; seat.work().len];
    let window = Window::of(seat.work());
    match (seat.job.role, seat.work().is_requests()) {
        (Role::Host, false) => {
            let taken = subscribe(&client, TAKEN).await?;
            seat.listening();
            let outlet = Outlet {
                client,
                event,
                window,
                taken,
            };
            flow::send(&seat, outlet).await
        }
        (Role::Guest(guest), false) => {
            let inlet = Inlet {
                samples: subscribe(&client, SAMPLES).await?,
                client,
                len: event.len(),
                window,
                guest,
            };
            flow::receive(&seat, inlet).await
        }
        (Role::Host, true) => answer(&seat, &client).await,
        (Role::Guest(_), true) => calls::ask(&seat, Questioner { client, event }).await,
    }
}

async fn connect(place: &Path) -> Result<Client> {
    let port = fs::read_to_string(place.join(PORT))?;
    let options = ConnectOptions::new()
        .retry_on_initial_connect()
        .subscription_capacity(2 * window::MOST_EVENTS as usize);
    Ok(options.connect(format!("127.0.0.1:{port}")).await?)
}

/// Subscribes, and waits until the server has taken note.
async fn subscribe(client: &Client, subject: &'static str) -> Result<Subscriber> {
    let subscriber = client.subscribe(subject).await?;
    let inbox = client.new_inbox();
    let mut replies = client.subscribe(inbox.clone()).await?;
    client.publish(inbox, Bytes::new()).await?;
    replies.next().await.context("the server is gone")?;
    Ok(subscriber)
}

struct Outlet {
    client: Client,
    event: Vec<u8>,
    window: Window,
    taken: Subscriber,
}

impl Outlet {
    async fn wait_for_room(&mut self, number: u64) -> Result<()> {
        while !self.window.has_room_for(number) {
            let message = self.taken.next().await.context("the server is gone")?;
            self.window.confirm(&message.payload);
        }
        Ok(())
    }
}

impl Sender for Outlet {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        if !stamp.is_end() {
            self.wait_for_room(stamp.number).await?;
        }
        stamp.write(&mut self.event);
        let payload = Bytes::copy_from_slice(&self.event);
        Ok(self.client.publish(SAMPLES, payload).await?)
    }
}

struct Inlet {
    samples: Subscriber,
    client: Client,
    len: usize,
    window: Window,
    guest: usize,
}

impl Receiver for Inlet {
    async fn receive(&mut self) -> Result<Stamp> {
        let message = self.samples.next().await.context("the server is gone")?;
        ensure!(message.payload.len() == self.len, "an event is cut");
        let stamp = Stamp::read(&message.payload);
        if let Some(confirmation) = self.window.confirmation(self.guest, stamp) {
            let taken = Bytes::copy_from_slice(&confirmation);
            self.client.publish(TAKEN, taken).await?;
        }
        Ok(stamp)
    }
}

async fn answer(seat: &Seat, client: &Client) -> Result<()> {
    let mut questions = subscribe(client, QUESTIONS).await?;
    seat.listening();
    seat.ready();
    while let Some(question) = questions.next().await {
        let reply = question.reply.context("a question wants an answer")?;
        client.publish(reply, question.payload).await?;
    }
    Ok(())
}

struct Questioner {
    client: Client,
    event: Vec<u8>,
}

impl Asker for Questioner {
    async fn ask(&self, stamp: Stamp) -> Result<Stamp> {
        let mut event = self.event.clone();
        stamp.write(&mut event);
        let answer = self.client.request(QUESTIONS, event.into()).await?;
        Ok(Stamp::read(&answer.payload))
    }
}
