//! Processes that stand still for a while.

use std::time::Duration;

use lahja::{BroadcastConfig, Endpoint, Error, Sent};
use lahja_tests::events::{Add, Tick};
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::system::forbid_more_files;
use lahja_tests::within;

use super::*;

async fn subscriber(at: &Rendezvous, sender: &Endpoint, name: &str) -> Peer {
    let mut peer = start(at, name, &["window=65536"]).await;
    peer.ask("stream", "subscribed").await;
    peer.tell(ALL).await;
    peer.ask("connect sender", "connected").await;
    let known = sender.wait_until_endpoint_subscribed_to::<Tick>(name);
    within("the subscription", known).await.expect("it runs");
    peer
}

/// Of a tick that is to fill a socket, in bytes.
const SIZE: usize = 16 * 1024;

/// A sender whose socket to a frozen subscriber is full, and the number of its next event.
async fn sender_without_room(at: &Rendezvous, may_open_files: bool) -> (Peer, Peer, u64) {
    let mut sender = start(at, "sender", &[]).await;
    let mut frozen = start(at, "frozen", &[]).await;
    frozen.ask("stream", "subscribed").await;
    frozen.tell(ALL).await;
    frozen.ask("connect sender", "connected").await;
    sender.ask("await frozen", "subscriber").await;

    if !may_open_files {
        forbid_more_files(sender.pid());
    }
    frozen.freeze().await;
    let full = fill(&mut sender, SIZE).await;
    let held = full as usize * SIZE;
    assert!(
        held > 512 * 1024,
        "{held} bytes are more than the socket takes"
    );
    (sender, frozen, full)
}

#[tokio::test]
async fn a_sender_waits_for_room_even_if_it_may_open_no_more_files() {
    let at = Rendezvous::new();
    let (mut sender, mut frozen, full) = sender_without_room(&at, false).await;
    frozen.thaw();
    let all = full + 100;
    sender.tell(&format!("broadcast {full} {all} {SIZE}")).await;
    for number in 0..all {
        assert_eq!(frozen.tick().await, (number, 0));
    }
}

#[tokio::test]
async fn a_sender_that_waits_for_room_notices_that_its_subscriber_is_killed() {
    for may_open_files in [true, false] {
        let at = Rendezvous::new();
        let (mut sender, mut frozen, _) = sender_without_room(&at, may_open_files).await;
        frozen.kill().await;
        sender.ask("unlinked frozen", "unlinked").await;
    }
}

#[tokio::test]
async fn a_frozen_subscriber_stalls_alone_and_learns_what_it_missed() {
    let at = Rendezvous::new();
    let builder = at
        .builder("sender")
        .broadcast_timeout(Duration::from_millis(100));
    let sender = builder.serve().await.expect("the sender starts");
    let mut frozen = subscriber(&at, &sender, "frozen").await;
    let mut lively = subscriber(&at, &sender, "lively").await;
    frozen.freeze().await;

    let mut number = 0;
    let mut missed = 0;
    let mut broadcast = async || {
        let sent = sender.broadcast(Tick::of_size(number, 4096)).await;
        assert_eq!(lively.tick().await, (number, 0));
        number += 1;
        sent.expect("the lively one takes it")
    };
    let stalled = |sent: &Sent| sent.undelivered() == ["frozen"];
    while !stalled(&within("the stall", broadcast()).await) {}
    missed += 1;
    for _ in 0..50 {
        assert!(stalled(&broadcast().await), "skipped while it stands still");
        missed += 1;
    }
    frozen.thaw();
    while stalled(&within("the recovery", broadcast()).await) {
        missed += 1;
    }
    assert_eq!(
        sender
            .broadcast(Tick::new(number))
            .await
            .expect("both take it")
            .count(),
        2
    );

    assert_eq!(lively.tick().await, (number, 0));
    let (mut next, mut told) = (0, 0);
    while next <= number {
        let (tick, gap) = frozen.tick().await;
        assert_eq!(tick, next + gap, "the gap is told exactly");
        (next, told) = (tick + 1, told + gap);
    }
    assert_eq!(told, missed);
}

#[tokio::test]
async fn a_broadcast_that_only_a_frozen_subscriber_wants_is_stalled() {
    let at = Rendezvous::new();
    let builder = at
        .builder("sender")
        .broadcast_timeout(Duration::from_millis(100));
    let sender = builder.serve().await.expect("the sender starts");
    let frozen = subscriber(&at, &sender, "frozen").await;
    frozen.freeze().await;
    let error = loop {
        match within("the stall", sender.broadcast(Tick::of_size(0, 4096))).await {
            Ok(sent) => assert!(sent.is_complete()),
            Err(error) => break error,
        }
    };
    match error {
        Error::Stalled { event, endpoints } => {
            assert_eq!(
                (event, &endpoints[..]),
                ("test.v1.Tick", &["frozen".to_owned()][..])
            );
        }
        other => panic!("expected `Stalled`: {other}"),
    }
}

#[tokio::test]
async fn a_request_to_a_frozen_answerer_ends_at_its_deadline_and_is_answered_later() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("respond", "responding").await;
    let alice = at.serve("alice").await;
    alice.connect_to("bob").await.expect("bob listens");
    let known = alice.wait_until_endpoint_subscribed_to::<Add>("bob");
    within("the subscription", known).await.expect("it runs");

    bob.freeze().await;
    let soon = BroadcastConfig::new().timeout(Duration::from_millis(50));
    let late = within("the deadline", alice.request_with(Add::default(), soon)).await;
    match late {
        Err(Error::DeadlineExceeded { what, after }) => {
            assert_eq!(what, "test.v1.Add at bob");
            assert_eq!(after, Duration::from_millis(50));
        }
        other => panic!("expected `DeadlineExceeded`: {other:?}"),
    }
    bob.thaw();
    let sum = within("an answer", alice.request(Add { left: 2, right: 3 })).await;
    assert_eq!(sum.expect("bob answers").value, 5);
}

#[tokio::test]
async fn a_connect_to_a_frozen_server_ends_at_its_deadline_and_names_the_path() {
    let at = Rendezvous::new();
    let bob = start(&at, "bob", &[]).await;
    let builder = at
        .builder("alice")
        .connect_timeout(Duration::from_millis(100));
    let alice = builder.start().await.expect("alice starts");
    bob.freeze().await;
    let error = within("the deadline", alice.connect_to("bob")).await;
    match error {
        Err(Error::DeadlineExceeded { what, .. }) => {
            let path = at.socket("bob");
            assert!(what.contains(path.to_str().expect("UTF-8")), "{what}");
        }
        other => panic!("expected `DeadlineExceeded`: {other:?}"),
    }
    bob.thaw();
    let connected = within("the connection", alice.connect_to("bob")).await;
    connected.expect("bob goes on");
}
