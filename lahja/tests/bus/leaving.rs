//! Leaving without a stop: by disconnecting, and by dropping the last handle.

use crate::events::{Add, Sum, Tick};
use crate::support::*;

#[tokio::test]
async fn dropping_the_last_handle_ends_streams_and_removes_the_socket() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    let socket = directory.path().join("bob.ipc");
    assert!(socket.exists());
    let mut ticks = bob.stream::<Tick>().unwrap();
    let clone = bob.clone();

    drop(bob);
    assert!(alice.is_connected_to("bob"), "a clone is alive");
    drop(clone);

    assert!(!socket.exists(), "nobody may connect any more");
    assert!(ticks.next().await.is_none());
    soon(until(|| !alice.is_connected_to("bob"))).await;
    serve("bob", &directory).await;
}

#[tokio::test]
async fn what_was_sent_before_the_last_handle_was_dropped_still_arrives() {
    let directory = directory();
    for round in 0..10 {
        let (alice, bob) = in_memory_or_on_sockets(round, &directory).await;
        let mut ticks = bob.stream::<Tick>().unwrap();
        knows_subscriber::<Tick>(&alice, &bob).await;
        for number in 0..100 {
            let _ = alice.broadcast(Tick::of_size(number, ROOM)).await.unwrap();
        }
        drop(alice);
        for number in 0..100 {
            assert_eq!(soon(ticks.next()).await.unwrap().number, number);
        }
        soon(until(|| bob.connections().is_empty())).await;
        let _ = bob.stop().await;
        soon(until(|| !directory.path().join("bob.ipc").exists())).await;
    }
}

#[tokio::test]
async fn an_endpoint_can_be_connected_to_again_as_soon_as_it_was_disconnected_from() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    for _ in 0..50 {
        alice.disconnect_from("bob").await.unwrap();
        assert!(!alice.is_connected_to("bob"));
        alice.connect_to("bob").await.unwrap();
        assert!(alice.is_connected_to("bob"));
    }
    assert!(alice.stop().await.is_complete());
    drop(bob);
}

#[tokio::test]
async fn disconnecting_lets_an_answer_that_is_owed_arrive() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::new(2, 3)).await }
    });
    let request = requests.next().await.expect("the request");

    let leaving = tokio::spawn({
        let bob = bob.clone();
        async move { bob.disconnect_from("alice").await }
    });
    until(|| !alice.is_any_endpoint_subscribed_to::<Add>()).await;
    let sum = request.sum();
    request.reply(sum).unwrap();

    assert_eq!(soon(asking).await.unwrap().unwrap(), Sum::new(5));
    soon(leaving).await.unwrap().unwrap();
    assert!(bob.connections().is_empty());
}

#[tokio::test]
async fn disconnecting_waits_for_the_answer_to_an_own_request() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::new(2, 3)).await }
    });
    let request = requests.next().await.expect("the request");

    let leaving = tokio::spawn({
        let alice = alice.clone();
        async move { alice.disconnect_from("bob").await }
    });
    until(|| !bob.is_connected_to("alice")).await;
    let sum = request.sum();
    request.reply(sum).unwrap();

    assert_eq!(soon(asking).await.unwrap().unwrap(), Sum::new(5));
    soon(leaving).await.unwrap().unwrap();
}
