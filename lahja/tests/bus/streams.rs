//! Streams, and events as subscribers get them.

use futures::StreamExt;
use futures::stream::FusedStream;
use lahja::Error;

use crate::events::{Tick, Tock};
use crate::support::*;

#[tokio::test]
async fn a_stream_ends_and_unsubscribes_after_the_events_it_was_to_take() {
    let (alice, bob) = pair().await;
    let mut two = bob.stream::<Tick>().unwrap().take(2);
    knows_subscriber::<Tick>(&alice, &bob).await;
    for number in 0..5 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
    }
    assert!(!two.is_terminated());
    assert_eq!(two.next().await.unwrap().number, 0);
    assert_eq!(two.next().await.unwrap().number, 1);
    assert!(two.next().await.is_none());
    assert!(two.is_terminated());
    until(|| !alice.is_endpoint_subscribed_to::<Tick>("bob")).await;
    assert!(two.next().await.is_none(), "it stays at its end");
}

#[tokio::test]
async fn a_stream_that_is_to_take_nothing_is_at_its_end() {
    let (alice, bob) = pair().await;
    let mut none = bob.stream::<Tick>().unwrap().take(0);
    assert!(none.next().await.is_none());
    until(|| !alice.is_any_endpoint_subscribed_to::<Tick>()).await;
}

#[tokio::test]
async fn a_stream_is_at_its_end_once_its_endpoint_has_stopped_and_all_is_read() {
    let (alice, bob) = pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    let mut five = bob.stream::<Tock>().unwrap().take(5);
    let _ = bob.broadcast(Tick::new(7)).await.unwrap();
    bob.stop().await;
    assert!(!ticks.is_terminated(), "one is to be read");
    assert_eq!(ticks.next().await.unwrap().number, 7);
    assert!(ticks.next().await.is_none() && five.next().await.is_none());
    assert!(ticks.is_terminated() && five.is_terminated());
    assert!(ticks.next().await.is_none(), "it stays at its end");
    alice.stop().await;
}

#[tokio::test]
async fn a_stream_is_a_stream_of_the_futures_crate() {
    let (alice, bob) = pair().await;
    let ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    for number in 0..6 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
    }
    let even = ticks
        .take(5)
        .filter(|tick| std::future::ready(tick.number % 2 == 0))
        .map(|tick| tick.number);
    assert_eq!(even.collect::<Vec<_>>().await, [0, 2, 4]);
}

#[tokio::test]
async fn waiting_for_an_event_subscribes_at_the_call() {
    let (alice, bob) = pair().await;
    let tick = bob.wait_for::<Tick>();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let _ = alice.broadcast(Tick::new(7)).await.unwrap();
    assert_eq!(tick.await.unwrap().number, 7);
    until(|| !alice.is_any_endpoint_subscribed_to::<Tick>()).await;
}

#[tokio::test]
async fn waiting_for_an_event_ends_with_the_endpoint() {
    let (_alice, bob) = pair().await;
    let tick = bob.wait_for::<Tick>();
    drop(bob);
    let error = tick.await.map(drop).unwrap_err();
    assert!(
        matches!(&error, Error::Stopped { endpoint } if endpoint == "bob"),
        "{error}"
    );
}

#[tokio::test]
async fn each_stream_gets_every_event_of_its_type_and_no_other() {
    let (alice, bob) = pair().await;
    let mut one = bob.stream::<Tick>().unwrap();
    let mut other = bob.stream::<Tick>().unwrap();
    let mut tocks = bob.stream::<Tock>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Tock>(&alice, &bob).await;
    let sent = alice.broadcast(Tick::new(1)).await.unwrap();
    assert_eq!(sent.count(), 1, "two streams of one endpoint count once");
    let _ = alice.broadcast(Tock { number: 2 }).await.unwrap();
    assert_eq!(one.next().await.unwrap().number, 1);
    assert_eq!(other.next().await.unwrap().number, 1);
    assert_eq!(tocks.next().await.unwrap().number, 2);
    drop(one);
    assert!(
        alice.is_endpoint_subscribed_to::<Tick>("bob"),
        "one is left"
    );
}

#[tokio::test]
async fn an_event_says_where_it_came_from_and_what_was_missed() {
    let (alice, bob) = pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    let tick = ticks.next().await.unwrap();
    assert_eq!((tick.origin(), tick.missed()), ("alice", 0));
    assert!(tick.headers().is_empty());
    let debug = format!("{tick:?}");
    assert!(
        debug.contains("alice") && debug.contains("number: 1"),
        "{debug}"
    );
    assert_eq!(tick.into_inner(), Tick::new(1));
}

#[tokio::test]
async fn a_stream_made_again_gets_nothing_of_what_came_before() {
    let (alice, bob) = pair().await;
    for round in 0..20 {
        let old = bob.stream::<Tick>().unwrap();
        old.confirmed().await;
        let _ = alice.broadcast(Tick::new(round)).await.unwrap();
        drop(old);
        let mut new = bob.stream::<Tick>().unwrap();
        new.confirmed().await;
        let _ = alice.broadcast(Tick::new(100 + round)).await.unwrap();
        assert_eq!(new.next().await.unwrap().number, 100 + round);
    }
}
