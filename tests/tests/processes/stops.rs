//! `stop()` under load, across processes.

use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc;
use lahja::Received;
use lahja_tests::events::{Add, Sum, Tick};
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::within;

use super::*;

#[tokio::test]
async fn a_sender_that_stops_in_a_flood_loses_nothing_that_it_accepted() {
    for runtime in [&[][..], &["multi-thread"]] {
        let at = Rendezvous::new();
        let mut receiver = start(&at, "receiver", runtime).await;
        receiver.ask("stream", "subscribed").await;
        receiver.tell(ALL).await;
        let mut sender = start(&at, "sender", runtime).await;
        sender.ask("connect receiver", "connected").await;
        sender.ask("await receiver", "subscriber").await;

        sender.tell("broadcast 0 100000000 100").await;
        for number in 0..500 {
            assert_eq!(receiver.tick().await, (number, 0));
        }
        sender.tell("stop").await;
        let stopped = within("the end of the sender", end_of_flood(&mut sender));
        let ((accepted, unconfirmed), received) = read_beside(stopped, &mut receiver, 500).await;
        assert_eq!(unconfirmed, 0, "all of it was taken");
        assert_eq!(accepted, receiver_stops(&mut receiver, received).await);
    }
}

/// What a sender that stops says: how many deliveries it accepted, and how many of them are not
/// confirmed. Of the two lines, either may come first.
async fn end_of_flood(sender: &mut Peer) -> (u64, u64) {
    let (mut accepted, mut unconfirmed) = (None, None);
    loop {
        let line = sender.line().await.expect("it lives");
        let (word, number) = line.split_once(' ').expect("a word and a number");
        let number = number.parse::<u64>().unwrap_or_else(|_| panic!("{line}"));
        match word {
            "sent" => accepted = Some(number),
            "stopped" => unconfirmed = Some(number),
            _ => panic!("{line}"),
        }
        if let (Some(accepted), Some(unconfirmed)) = (accepted, unconfirmed) {
            return (accepted, unconfirmed);
        }
    }
}

/// Reads events from `next` on until `other` is done, so that a full pipe holds nobody up; gives
/// the number that is next then.
async fn read_beside<T>(
    other: impl Future<Output = T>,
    receiver: &mut Peer,
    mut next: u64,
) -> (T, u64) {
    tokio::pin!(other);
    loop {
        tokio::select! {
            done = &mut other => return (done, next),
            tick = receiver.tick() => {
                assert_eq!(tick, (next, 0));
                next += 1;
            }
        }
    }
}

/// Stops the receiver, and counts its events from `next` on.
async fn receiver_stops(receiver: &mut Peer, mut next: u64) -> u64 {
    receiver.tell("stop").await;
    loop {
        match receiver.line().await.as_deref() {
            Some("ended") => return next,
            Some(line) if line.starts_with("stopped") => {}
            line => {
                assert_eq!(line, Some(&*format!("tick {next} 0")));
                next += 1;
            }
        }
    }
}

#[tokio::test]
async fn a_receiver_that_stops_in_a_flood_takes_all_that_was_accepted_for_it() {
    for runtime in [&[][..], &["multi-thread"]] {
        let at = Rendezvous::new();
        let mut receiver = start(&at, "receiver", runtime).await;
        receiver.ask("stream", "subscribed").await;
        let sender = at.serve("sender").await;
        receiver.ask("connect sender", "connected").await;
        let known = sender.wait_until_endpoint_subscribed_to::<Tick>("receiver");
        within("the subscription", known).await.expect("it runs");

        receiver.tell(ALL).await;
        let flood = async {
            let mut accepted = 0;
            loop {
                let sent = sender.broadcast(Tick::of_size(accepted, 100)).await;
                match sent.expect("the sender runs").count() {
                    0 => return accepted,
                    _ => accepted += 1,
                }
            }
        };
        let stopped = async {
            for number in 0..500 {
                assert_eq!(receiver.tick().await, (number, 0));
            }
            receiver_stops(&mut receiver, 500).await
        };
        let (accepted, received) = within("the end", async { tokio::join!(flood, stopped) }).await;
        assert_eq!(accepted, received);
    }
}

#[tokio::test]
async fn a_stop_ends_at_its_deadline_while_a_peer_stands_still() {
    const DRAIN: Duration = Duration::from_millis(300);
    let at = Rendezvous::new();
    // Longer than the test may take, so that no other deadline can end the stop.
    let builder = at
        .builder("sender")
        .handshake_timeout(Duration::from_secs(60));
    let builder = builder.drain_timeout(DRAIN);
    let sender = builder.serve().await.expect("the sender starts");
    let mut frozen = start(&at, "frozen", &["window=100000000"]).await;
    frozen.ask("stream", "subscribed").await;
    frozen.ask("connect sender", "connected").await;
    let known = sender.wait_until_endpoint_subscribed_to::<Tick>("frozen");
    within("the subscription", known).await.expect("it runs");

    frozen.freeze().await;
    let mut accepted = 0;
    let full = async {
        while sender
            .broadcast_nowait(Tick::of_size(accepted, 4096))
            .is_ok()
        {
            accepted += 1;
            tokio::task::yield_now().await;
        }
    };
    within("the socket and the queue to be full", full).await;
    let stopped = within("the end of the stop", sender.stop()).await;
    let unconfirmed = stopped.unconfirmed();
    assert_eq!(unconfirmed.len(), 1, "{unconfirmed:?}");
    assert_eq!(unconfirmed[0].endpoint, "frozen");
    assert_eq!(unconfirmed[0].events as u64, accepted);
}

#[tokio::test]
async fn a_stop_lets_handlers_answer_first() {
    let at = Rendezvous::new();
    let bob = at.serve("bob").await;
    let (asked, mut asks) = mpsc::unbounded();
    let _answers = bob.subscribe(move |add: Received<Add>| {
        asked.unbounded_send(add).expect("the test waits");
    });
    let mut alice = start(&at, "alice", &[]).await;
    alice.ask("connect bob", "connected").await;
    alice.tell("request 2 3").await;
    let add = within("the request", asks.next()).await.expect("it comes");
    let answered = async {
        // The stop has begun by now: it is polled first.
        add.reply(Sum { value: 5 }).expect("it is awaited");
        alice.expect("answer 5").await;
    };
    let (stopped, ()) = within("the stop", async { tokio::join!(bob.stop(), answered) }).await;
    assert!(stopped.is_complete());
}

#[tokio::test]
async fn an_endpoint_that_is_dropped_without_a_stop_says_goodbye_and_leaves_no_socket() {
    let at = Rendezvous::new();
    let bob = at.serve("bob").await;
    let mut alice = start(&at, "alice", &[]).await;
    alice.ask("connect bob", "connected").await;
    drop(bob);
    assert!(!at.socket("bob").exists());
    alice.ask("unlinked bob", "unlinked").await;
    let second = at.serve("bob").await;
    alice.ask("connect bob", "connected").await;
    let known = second.wait_until_connected_to("alice");
    within("the link", known).await.expect("bob runs");
}
