//! Stopping under load: what was accepted arrives, or is reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lahja::{Endpoint, Error, Received, Subscription};

use crate::events::Tick;
use crate::support::*;

/// Broadcasts without end; gives how many were accepted once the endpoint stops.
async fn flood(from: Endpoint) -> usize {
    let mut accepted = 0;
    loop {
        match from.broadcast(Tick::of_size(accepted as u64, 100)).await {
            Ok(sent) => accepted += sent.count(),
            Err(Error::Stopped { .. } | Error::Stalled { .. }) => return accepted,
            Err(error) => panic!("an unexpected end: {error}"),
        }
    }
}

/// Broadcasts while anybody takes it; gives how many were accepted. Nobody subscribes any more once
/// the other side is stopping.
async fn feed(from: Endpoint) -> usize {
    let mut accepted = 0;
    while let Ok(sent) = from.broadcast(Tick::of_size(0, 100)).await {
        if sent.count() == 0 {
            break;
        }
        accepted += sent.count();
    }
    accepted
}

/// Counts the ticks that an endpoint gets.
fn count(at: &Endpoint) -> (Arc<AtomicUsize>, Subscription) {
    let received = Arc::new(AtomicUsize::new(0));
    let count = received.clone();
    let counting = at.subscribe(move |_: Received<Tick>| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    (received, counting.expect("it runs"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_under_load_loses_nothing_that_was_accepted() {
    let directory = directory();
    for round in 0..30 {
        let (alice, bob) = in_memory_or_on_sockets(round, &directory).await;
        let (received, _counting) = count(&bob);
        knows_subscriber::<Tick>(&alice, &bob).await;
        let senders: Vec<_> = (0..3).map(|_| tokio::spawn(flood(alice.clone()))).collect();
        until(|| received.load(Ordering::Relaxed) > 100).await;

        let stopped = alice.stop().await;

        let mut accepted = 0;
        for sender in senders {
            accepted += sender.await.expect("a sender ends");
        }
        assert!(stopped.is_complete(), "{stopped:?}");
        let _ = bob.stop().await;
        assert_eq!(received.load(Ordering::Relaxed), accepted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_stops_under_load_takes_all_that_was_accepted_or_the_sender_is_told() {
    let directory = directory();
    for round in 0..30 {
        let (alice, bob) = in_memory_or_on_sockets(round, &directory).await;
        let (received, _counting) = count(&bob);
        knows_subscriber::<Tick>(&alice, &bob).await;
        let sender = tokio::spawn(feed(alice.clone()));
        until(|| received.load(Ordering::Relaxed) > 100).await;

        let _ = bob.stop().await;

        let accepted = sender.await.expect("the sender ends");
        assert_eq!(received.load(Ordering::Relaxed), accepted);
        let _ = alice.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_may_stop_at_once_under_load() {
    let directory = directory();
    for round in 0..30 {
        let (alice, bob) = in_memory_or_on_sockets(round, &directory).await;
        let (received, _counting) = count(&bob);
        knows_subscriber::<Tick>(&alice, &bob).await;
        let sender = tokio::spawn(feed(alice.clone()));
        until(|| received.load(Ordering::Relaxed) > 100).await;

        let (stopped, _) = tokio::join!(alice.stop(), bob.stop());

        let accepted = sender.await.expect("the sender ends");
        let unconfirmed: usize = stopped.unconfirmed().iter().map(|peer| peer.events).sum();
        let received = received.load(Ordering::Relaxed);
        assert!(
            received <= accepted && accepted <= received + unconfirmed,
            "{accepted} accepted, {received} received, {unconfirmed} unconfirmed"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_stops_under_its_own_load_takes_all_that_it_accepted() {
    for _ in 0..40 {
        let (alice, _bob) = pair().await;
        let (received, _counting) = count(&alice);
        let senders: Vec<_> = (0..3).map(|_| tokio::spawn(flood(alice.clone()))).collect();
        until(|| received.load(Ordering::Relaxed) > 100).await;

        let _ = alice.stop().await;

        let mut accepted = 0;
        for sender in senders {
            accepted += sender.await.expect("a sender ends");
        }
        assert_eq!(received.load(Ordering::Relaxed), accepted);
    }
}
