//! Processes that stand still for a while.

use std::time::Duration;

use lahja::{Endpoint, Error, Sent};
use lahja_tests::events::Tick;
use lahja_tests::rendezvous::Rendezvous;
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
        tokio::task::yield_now().await;
    }
    assert_eq!(
        sender
            .broadcast(Tick::new(number))
            .await
            .expect("both take it")
            .count(),
        2
    );

    for due in 0..=number {
        assert_eq!(lively.tick().await, (due, 0));
    }
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
