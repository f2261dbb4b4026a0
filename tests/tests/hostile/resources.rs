//! What peers can make a process hold: a process of its own is attacked, and looked at from outside.

use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use lahja::Endpoint;
use lahja::wire::{EventType, FrameBody, Hello, Subscriptions, TypeId};
use lahja_tests::events::{Add, Tick, frame_of};
use lahja_tests::peer::Peer;
use lahja_tests::raw::{RawPeer, ack, hello};
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::system::{open_files, peak_memory};
use lahja_tests::{eventually, within};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

const MIB: usize = 1024 * 1024;

/// A victim in a process of its own, and an innocent peer in this one.
struct Process {
    at: Rendezvous,
    victim: Peer,
    innocent: Endpoint,
    files: usize,
    memory: usize,
}

impl Process {
    async fn start() -> Self {
        let at = Rendezvous::new();
        let exe = env!("CARGO_BIN_EXE_peer");
        let mut victim = Peer::start(exe, &at, "victim", &[]).await;
        victim.ask("respond", "responding").await;
        let innocent = at.serve("tara").await;
        innocent.connect_to("victim").await.expect("it listens");
        let known = innocent.wait_until_endpoint_subscribed_to::<Add>("victim");
        within("the subscription", known).await.expect("it runs");
        let (files, memory) = (open_files(victim.pid()), peak_memory(victim.pid()));
        Self {
            at,
            victim,
            innocent,
            files,
            memory,
        }
    }

    async fn guest(&self, name: &str) -> RawPeer {
        RawPeer::open(&self.at.socket("victim"), name).await
    }

    fn grown(&self) -> usize {
        peak_memory(self.victim.pid()) - self.memory
    }

    /// The victim holds what it held before, and serves its innocent peer.
    async fn expect_as_before(&mut self) {
        let pid = self.victim.pid();
        let as_before = || open_files(pid) == self.files;
        eventually("as few open files as before", as_before).await;
        let sum = self.innocent.request(Add { left: 2, right: 3 });
        let sum = within("an answer", sum).await.expect("it answers");
        assert_eq!(sum.value, 5);
        self.victim.expect("asked").await;
    }
}

#[tokio::test]
async fn connecting_and_closing_leaves_nothing_open() {
    let mut process = Process::start().await;
    for _ in 0..1000 {
        drop(RawPeer::connect(&process.at.socket("victim")).await);
    }
    process.expect_as_before().await;
}

#[tokio::test]
async fn saying_hello_under_ever_new_names_and_dying_leaves_nothing_open() {
    let mut process = Process::start().await;
    for number in 0..300 {
        drop(process.guest(&format!("mayfly-{number}")).await);
    }
    process.expect_as_before().await;
    let links = process.victim.ask("links", "links").await;
    assert_eq!(links, "tara");
}

#[tokio::test]
async fn lengths_that_are_claimed_and_never_come_reserve_next_to_nothing() {
    let mut process = Process::start().await;
    let mut guests = Vec::new();
    for number in 0..100 {
        let mut guest = process.guest(&format!("guest-{number}")).await;
        guest.write(&(16u32 << 20).to_le_bytes()).await;
        guest.write(&[0]).await;
        guests.push(guest);
    }
    assert!(process.grown() < 16 * MIB, "{} bytes", process.grown());
    drop(guests);
    process.expect_as_before().await;
}

#[tokio::test]
async fn files_that_come_along_with_bytes_are_not_kept() {
    let mut process = Process::start().await;
    let mut guest = process.guest("guest").await;
    process.victim.ask("stream", "subscribed").await;
    process.victim.tell("take 100").await;
    guest
        .until(|body| matches!(body, FrameBody::Subscriptions(_)))
        .await;
    guest.send(ack(2)).await;
    for number in 0..100 {
        send_with_files(&mut guest, number).await;
        assert_eq!(
            process.victim.tick().await,
            (number, 0),
            "the stream is intact"
        );
    }
    drop(guest);
    process.expect_as_before().await;
}

/// Sends an event, whose first byte brings eight files along.
async fn send_with_files(guest: &mut RawPeer, number: u64) {
    use lahja::prost::Message;

    let body = Some(FrameBody::Broadcast(frame_of(&Tick::new(number))));
    let body = lahja::wire::Frame { body }.encode_to_vec();
    let len = u32::try_from(body.len()).expect("a small frame");
    let bytes = [&len.to_le_bytes()[..], &body].concat();
    let file = tempfile::tempfile().expect("a temporary file");
    let files = [file.as_fd(); 8];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
    let mut along = SendAncillaryBuffer::new(&mut space);
    assert!(along.push(SendAncillaryMessage::ScmRights(&files)));
    let stream = guest.stream();
    stream.writable().await.expect("the stream is open");
    let first = [IoSlice::new(&bytes[..1])];
    let sent = sendmsg(&*stream, &first, &mut along, SendFlags::NOSIGNAL);
    assert_eq!(sent.expect("the system sends files"), 1);
    guest.write(&bytes[1..]).await;
}

#[tokio::test]
async fn subscribing_to_ever_new_types_holds_no_more_than_the_limit() {
    const TYPES: u64 = 400;
    let mut process = Process::start().await;
    let mut guest = process.guest("guest").await;
    for revision in 2..500 {
        guest
            .send(FrameBody::Subscriptions(renewed(revision, TYPES)))
            .await;
        guest.until(|body| *body == ack(revision)).await;
    }
    // Held for ever, each of these 200,000 names would take some 250 bytes.
    assert!(process.grown() < 16 * MIB, "{} bytes", process.grown());
    drop(guest);
    process.expect_as_before().await;
}

/// The change that replaces all types of the one before by new ones.
fn renewed(revision: u64, count: u64) -> Subscriptions {
    let names = |revision| (0..count).map(move |at| format!("hostile.v1.Type{revision}x{at}"));
    let removed = match revision {
        2 => Vec::new(),
        _ => names(revision - 1)
            .map(|name| TypeId::of(&name).get())
            .collect(),
    };
    let added = names(revision).map(|name| EventType {
        id: TypeId::of(&name).get(),
        name,
        window: 1000,
    });
    Subscriptions {
        revision,
        added: added.collect(),
        removed,
        more: false,
    }
}

#[tokio::test]
async fn a_name_of_the_longest_hello_costs_nothing_once_it_is_gone() {
    let mut process = Process::start().await;
    for _ in 0..200 {
        let mut peer = RawPeer::connect(&process.at.socket("victim")).await;
        let long = Hello {
            agent: "x".repeat(60_000),
            ..hello("long")
        };
        peer.send(FrameBody::Hello(long)).await;
        assert!(matches!(peer.next().await, Some(FrameBody::Hello(_))));
    }
    assert!(process.grown() < 8 * MIB, "{} bytes", process.grown());
    process.expect_as_before().await;
}
