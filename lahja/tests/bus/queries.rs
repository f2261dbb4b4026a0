//! Who is there, and who subscribes to what.

use std::sync::Arc;

use lahja::Received;
use tokio::sync::Notify;

use crate::events::{Tick, Tock};
use crate::support::*;

#[tokio::test]
async fn subscriptions_here_and_there_can_be_asked_for() {
    let (alice, bob) = pair().await;
    assert!(!alice.is_any_endpoint_subscribed_to::<Tick>());
    assert!(!alice.are_all_endpoints_subscribed_to::<Tick>());

    let own = alice.stream::<Tick>().unwrap();
    assert!(alice.is_endpoint_subscribed_to::<Tick>("alice"));
    assert!(!alice.is_endpoint_subscribed_to::<Tick>("bob"));
    assert!(!alice.is_endpoint_subscribed_to::<Tick>("nobody"));
    assert!(alice.is_any_endpoint_subscribed_to::<Tick>());
    assert!(!alice.are_all_endpoints_subscribed_to::<Tick>());
    drop(own);

    let theirs = bob.stream::<Tick>().unwrap();
    alice
        .wait_until_all_endpoints_subscribed_to::<Tick>()
        .await
        .unwrap();
    assert!(alice.is_endpoint_subscribed_to::<Tick>("bob"));
    assert!(alice.are_all_endpoints_subscribed_to::<Tick>());
    assert!(!alice.is_any_endpoint_subscribed_to::<Tock>());

    drop(theirs);
    until(|| !alice.is_any_endpoint_subscribed_to::<Tick>()).await;
}

#[tokio::test]
async fn waiting_for_subscribers_needs_no_sleep() {
    let (alice, bob) = pair().await;
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move {
            alice
                .wait_until_any_endpoint_subscribed_to::<Tick>()
                .await
                .unwrap();
            alice
                .wait_until_endpoint_subscribed_to::<Tick>("bob")
                .await
                .unwrap();
            alice.broadcast(Tick::new(1)).await.unwrap()
        }
    });
    tokio::task::yield_now().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    assert_eq!(ticks.next().await.unwrap().number, 1);
    assert_eq!(waiting.await.unwrap().count(), 1);
}

#[tokio::test]
async fn connections_are_listed_with_what_they_subscribe_to() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    assert!(alice.connections().is_empty());
    let (carol, bob) = (
        serve("carol", &directory).await,
        serve("bob", &directory).await,
    );
    let _ticks = bob.stream::<Tick>().unwrap();
    let _tocks = bob.stream::<Tock>().unwrap();
    alice.connect_to_all(["carol", "bob"]).await.unwrap();

    let connections = alice.connections();
    let names: Vec<_> = connections.iter().map(|info| &*info.name).collect();
    assert_eq!(names, ["bob", "carol"]);
    assert_eq!(
        connections[0].subscriptions,
        ["test.v1.Tick", "test.v1.Tock"]
    );
    assert!(connections[1].subscriptions.is_empty());
    assert!(alice.is_connected_to("bob") && !alice.is_connected_to("dave"));
    drop(carol);
}

#[tokio::test]
async fn what_was_subscribed_before_connecting_is_known_when_connect_returns() {
    let directory = directory();
    let (alice, bob) = (
        serve("alice", &directory).await,
        serve("bob", &directory).await,
    );
    let mut ticks = bob.stream::<Tick>().unwrap();
    alice.connect_to("bob").await.unwrap();
    assert_eq!(alice.broadcast(Tick::new(1)).await.unwrap().count(), 1);
    assert_eq!(ticks.next().await.unwrap().number, 1);
}

#[tokio::test]
async fn a_peer_that_said_goodbye_is_not_connected_though_its_events_wait_to_be_read() {
    let (alice, bob) = pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&bob, &alice).await;
    let _ = bob.broadcast(Tick::new(1)).await.unwrap();

    let stopping = tokio::spawn(async move { bob.stop().await });
    until(|| !alice.is_connected_to("bob")).await;

    assert!(alice.connections().is_empty());
    assert!(
        !stopping.is_finished(),
        "it waits until alice took its event"
    );
    assert_eq!(ticks.next().await.unwrap().number, 1);
    assert!(stopping.await.unwrap().is_complete());
}

#[tokio::test]
async fn an_event_broadcast_after_the_confirmation_arrives() {
    for _ in 0..50 {
        let (alice, bob) = pair().await;
        let mut ticks = bob.stream::<Tick>().unwrap();
        ticks.confirmed().await;
        assert_eq!(alice.broadcast_nowait(Tick::new(1)).unwrap().count(), 1);
        assert_eq!(ticks.next().await.unwrap().number, 1);

        let came = Arc::new(Notify::new());
        let notify = came.clone();
        let subscription = bob
            .subscribe(move |_: Received<Tock>| notify.notify_one())
            .unwrap();
        subscription.confirmed().await;
        assert_eq!(alice.broadcast_nowait(Tock::default()).unwrap().count(), 1);
        came.notified().await;
    }
}
