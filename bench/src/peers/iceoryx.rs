//! iceoryx2: shared memory, without sockets and without system calls for an event.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use iceoryx2::pending_response::PendingResponse;
use iceoryx2::port::client::Client;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::{publish_subscribe, request_response};

use super::{Peer, version};
use crate::calls::{self, Exchange};
use crate::flow::{self, Receiver, Sender};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

pub(super) struct Iceoryx;

impl Peer for Iceoryx {
    fn name(&self) -> &'static str {
        "iceoryx2"
    }

    fn version(&self) -> String {
        version::of("iceoryx2")
    }

    fn configuration(&self) -> &'static str {
        "slices of bytes, copied in once; buffers of 1,024 samples (1 MiB samples: 16), a full one holds the publisher up; receivers poll, and yield their CPU when there is nothing"
    }

    fn does(&self, _work: &Work) -> bool {
        true
    }

    fn tidy(&self, place: &Path) -> Result<()> {
        let prefix = prefix(place)?;
        for entry in fs::read_dir("/dev/shm")? {
            let entry = entry?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(prefix) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat).boxed_local()
    }
}

const MOST_PROCESSES: usize = 16;
const MOST_REQUESTS: usize = 64;

async fn play(seat: Seat) -> Result<()> {
    set_log_level(LogLevel::Error);
    let node = node(&seat.job.place)?;
    let event = vec![0; seat.work().len];
    match (seat.job.role, seat.work().is_requests()) {
        (Role::Host, false) => send(&seat, &node, event).await,
        (Role::Guest(_), false) => receive(&seat, &node).await,
        (Role::Host, true) => answer(&seat, &node),
        (Role::Guest(_), true) => ask(&seat, &node, event).await,
    }
}

type Shared = ipc::Service;

fn node(place: &Path) -> Result<Node<Shared>> {
    let mut config = Config::default();
    let root = place.to_str().context("a path in UTF-8")?;
    config
        .global
        .set_root_path(&iceoryx2::prelude::Path::new(root.as_bytes())?);
    config.global.prefix = FileName::new(prefix(place)?)?;
    let builder = NodeBuilder::new().config(&config);
    let builder = builder.signal_handling_mode(SignalHandlingMode::Disabled);
    Ok(builder.create()?)
}

/// Its shared memory has one name space for the whole machine.
fn prefix(place: &Path) -> Result<&[u8]> {
    let name = place.file_name().context("a directory")?;
    Ok(name.as_encoded_bytes())
}

fn samples(
    seat: &Seat,
    node: &Node<Shared>,
) -> Result<publish_subscribe::PortFactory<Shared, [u8], ()>> {
    let buffer = ((16 << 20) / seat.work().len).clamp(16, 1024);
    let service = node.service_builder(&"samples".try_into()?);
    let service = service
        .publish_subscribe::<[u8]>()
        .enable_safe_overflow(false)
        .subscriber_max_buffer_size(buffer)
        .max_subscribers(MOST_PROCESSES)
        .max_nodes(MOST_PROCESSES);
    Ok(service.open_or_create()?)
}

async fn send(seat: &Seat, node: &Node<Shared>, event: Vec<u8>) -> Result<()> {
    let service = samples(seat, node)?;
    let publisher = service
        .publisher_builder()
        .initial_max_slice_len(event.len())
        .backpressure_strategy(BackpressureStrategy::RetryUntilDelivered)
        .create()?;
    seat.listening();
    let receivers = seat.work().receivers();
    while service.dynamic_config().number_of_subscribers() < receivers {
        thread::yield_now();
    }
    let outlet = Outlet {
        publisher,
        event,
        receivers,
    };
    flow::send(seat, outlet).await
}

async fn receive(seat: &Seat, node: &Node<Shared>) -> Result<()> {
    let subscriber = samples(seat, node)?.subscriber_builder().create()?;
    let len = seat.work().len;
    flow::receive(seat, Inlet { subscriber, len }).await
}

type Questions = request_response::PortFactory<Shared, [u8], (), [u8], ()>;

fn questions(node: &Node<Shared>) -> Result<Questions> {
    let service = node.service_builder(&"questions".try_into()?);
    let service = service
        .request_response::<[u8], [u8]>()
        .enable_safe_overflow_for_requests(false)
        .enable_safe_overflow_for_responses(false)
        .max_active_requests_per_client(MOST_REQUESTS);
    Ok(service.open_or_create()?)
}

fn answer(seat: &Seat, node: &Node<Shared>) -> Result<()> {
    let service = questions(node)?;
    let len = seat.work().len;
    let server = service.server_builder().initial_max_slice_len(len);
    let server = server.create()?;
    seat.listening();
    seat.ready();
    while !seat.is_over() {
        match server.receive()? {
            Some(question) => {
                let answer = question.loan_slice_uninit(question.payload().len())?;
                answer.write_from_slice(question.payload()).send()?;
            }
            None => thread::yield_now(),
        }
    }
    Ok(())
}

async fn ask(seat: &Seat, node: &Node<Shared>, event: Vec<u8>) -> Result<()> {
    let service = questions(node)?;
    let client = service.client_builder().initial_max_slice_len(event.len());
    let client = client.create()?;
    let pending = VecDeque::with_capacity(MOST_REQUESTS);
    let conversation = Conversation {
        client,
        event,
        pending,
    };
    calls::exchange(seat, conversation).await
}

struct Outlet {
    publisher: Publisher<Shared, [u8], ()>,
    event: Vec<u8>,
    receivers: usize,
}

impl Sender for Outlet {
    async fn send(&mut self, stamp: Stamp) -> Result<()> {
        stamp.write(&mut self.event);
        let sample = self.publisher.loan_slice_uninit(self.event.len())?;
        let sent = sample.write_from_slice(&self.event).send()?;
        ensure!(sent == self.receivers, "sent to {sent}");
        Ok(())
    }
}

struct Inlet {
    subscriber: Subscriber<Shared, [u8], ()>,
    len: usize,
}

impl Receiver for Inlet {
    async fn receive(&mut self) -> Result<Stamp> {
        loop {
            if let Some(sample) = self.subscriber.receive()? {
                ensure!(sample.payload().len() == self.len, "an event is cut");
                return Ok(Stamp::read(sample.payload()));
            }
            thread::yield_now();
        }
    }
}

type Pending = PendingResponse<Shared, [u8], (), [u8], ()>;

struct Conversation {
    client: Client<Shared, [u8], (), [u8], ()>,
    event: Vec<u8>,
    pending: VecDeque<Pending>,
}

impl Exchange for Conversation {
    async fn put(&mut self, stamp: Stamp) -> Result<()> {
        stamp.write(&mut self.event);
        let request = self.client.loan_slice_uninit(self.event.len())?;
        let request = request.write_from_slice(&self.event);
        self.pending.push_back(request.send()?);
        Ok(())
    }

    async fn take(&mut self) -> Result<Stamp> {
        let pending = self.pending.front().context("nothing was asked")?;
        loop {
            if let Some(answer) = pending.receive()? {
                let stamp = Stamp::read(answer.payload());
                drop(answer);
                self.pending.pop_front();
                return Ok(stamp);
            }
            thread::yield_now();
        }
    }
}
