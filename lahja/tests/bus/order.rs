//! Order: of two broadcasts, the second begun after the first returned, everyone who gets both
//! gets them in that order.

use std::time::Duration;

use futures::FutureExt;
use lahja::{BroadcastConfig, Endpoint, EventStream, Received};
use tokio::sync::mpsc;

use crate::events::{Add, Sum, Tick, Tock};
use crate::support::*;

/// Broadcasts so many ticks, of sizes from nothing to more than a window.
async fn count(from: &Endpoint, events: u64) {
    for number in 0..events {
        let size = (number as usize * 37) % 6_000;
        let sent = from.broadcast(Tick::of_size(number, size)).await.unwrap();
        assert!(sent.is_complete(), "{sent:?}");
    }
}

/// Reads so many ticks of each of these senders, in the order in which each sent them.
async fn in_order(mut ticks: EventStream<Tick>, senders: &[&str], events: u64) {
    let mut expected = vec![0; senders.len()];
    for _ in 0..events * senders.len() as u64 {
        let tick = ticks.next().await.expect("the stream goes on");
        let sender = senders.iter().position(|name| *name == tick.origin());
        let sender = sender.expect("a known sender");
        assert_eq!((tick.number, tick.missed()), (expected[sender], 0));
        expected[sender] += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_receivers_get_what_several_senders_sent_in_the_order_of_each() {
    let directory = directory();
    let mut senders = Vec::new();
    let names = ["anna", "bert", "carl"];
    for name in names {
        senders.push(
            builder(name, &directory)
                .window(4_096)
                .serve()
                .await
                .unwrap(),
        );
    }
    let mut readers = Vec::new();
    for name in ["x", "y"] {
        let receiver = builder(name, &directory)
            .window(4_096)
            .serve()
            .await
            .unwrap();
        for sender in &senders {
            sender.connect_to(name).await.unwrap();
        }
        let (one, other) = (receiver.stream().unwrap(), receiver.stream().unwrap());
        for sender in &senders {
            knows_subscriber::<Tick>(sender, &receiver).await;
        }
        readers.push(tokio::spawn(
            async move { in_order(one, &names, 300).await },
        ));
        readers.push(tokio::spawn(async move {
            let _alive = receiver;
            in_order(other, &names, 300).await;
        }));
    }
    let sending: Vec<_> = senders
        .into_iter()
        .map(|sender| {
            tokio::spawn(async move {
                count(&sender, 300).await;
                sender
            })
        })
        .collect();
    for sender in sending {
        let _alive = sender.await.expect("each sends all");
    }
    for reader in readers {
        reader.await.expect("each reads all, in order");
    }
}

#[tokio::test(start_paused = true)]
async fn broadcasts_that_waited_for_room_keep_their_order() {
    let (alice, bob) = narrow_pair().await;
    let here = alice.stream().unwrap();
    let there = bob.stream().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    tokio::join!(
        count(&alice, 500),
        in_order(here, &["alice"], 500),
        in_order(there, &["alice"], 500),
    );
}

#[tokio::test(start_paused = true)]
async fn a_broadcast_does_not_overtake_those_that_wait() {
    let (alice, _bob, mut ticks, late) = full_pair().await;
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::of_size(late, ROOM)).await }
    });
    tokio::task::yield_now().await;
    let _behind = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::new(late + 1)).await }
    });
    for number in 0..=late + 1 {
        assert_eq!(ticks.next().await.unwrap().number, number);
    }
    assert!(waiting.await.unwrap().unwrap().is_complete());
}

#[tokio::test]
async fn types_keep_their_order_between_each_other_as_long_as_there_is_room() {
    let (alice, bob) = pair().await;
    let (seen, mut calls) = mpsc::unbounded_channel();
    let (ticks, tocks) = (seen.clone(), seen);
    let one = bob
        .subscribe(move |tick: Received<Tick>| ticks.send(tick.number).unwrap())
        .unwrap();
    let other = bob
        .subscribe(move |tock: Received<Tock>| tocks.send(tock.number).unwrap())
        .unwrap();
    one.confirmed().await;
    other.confirmed().await;
    for number in 0..50 {
        let _ = alice.broadcast(Tick::new(2 * number)).await.unwrap();
        assert_eq!(calls.recv().await, Some(2 * number));
        let number = 2 * number + 1;
        let _ = alice.broadcast(Tock { number }).await.unwrap();
        assert_eq!(calls.recv().await, Some(number));
    }
}

#[tokio::test]
async fn an_answer_comes_after_the_events_that_were_sent_before_it() {
    let (alice, bob) = pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&bob, &alice).await;
    let sender = bob.clone();
    let _answers = bob
        .respond(move |add: Received<Add>| {
            let bob = sender.clone();
            async move {
                let _ = bob.broadcast(Tick::new(add.left as u64)).await.unwrap();
                add.sum()
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let config = BroadcastConfig::new().timeout(Duration::from_secs(60));
    for number in 0..100 {
        let asked = alice.request_with(Add::new(number, 0), config.clone());
        assert_eq!(asked.await.unwrap(), Sum::new(number));
        let came = ticks.next().now_or_never().flatten();
        assert_eq!(came.expect("it is here").number, number as u64);
    }
}
