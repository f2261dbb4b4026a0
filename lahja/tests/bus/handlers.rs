//! Handlers: called in order, one at a time, until their subscription is dropped.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lahja::{BroadcastConfig, Error, Received};
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::events::{Add, Sum, Tick, Tock};
use crate::support::*;

#[tokio::test]
async fn a_handler_is_called_for_each_event_in_order() {
    let (alice, bob) = pair().await;
    let (seen, mut calls) = mpsc::unbounded_channel();
    let subscription = bob
        .subscribe(move |tick: Received<Tick>| seen.send(tick.number).unwrap())
        .unwrap();
    subscription.confirmed().await;
    for number in 0..100 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
    }
    for number in 0..100 {
        assert_eq!(calls.recv().await, Some(number));
    }
}

#[tokio::test]
async fn an_async_handler_handles_one_event_at_a_time() {
    let (alice, bob) = pair().await;
    let (seen, mut calls) = mpsc::unbounded_channel();
    let running = Arc::new(AtomicUsize::new(0));
    let subscription = bob
        .subscribe_async(move |tick: Received<Tick>| {
            let (seen, running) = (seen.clone(), running.clone());
            async move {
                let others = running.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
                seen.send((tick.number, others)).unwrap();
            }
        })
        .unwrap();
    subscription.confirmed().await;
    for number in 0..50 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
    }
    for number in 0..50 {
        assert_eq!(calls.recv().await, Some((number, 0)));
    }
}

#[tokio::test]
async fn a_handler_is_not_called_any_more_once_its_subscription_was_dropped() {
    let (alice, bob) = pair().await;
    for _ in 0..20 {
        let dropped = Arc::new(AtomicBool::new(false));
        let called_late = Arc::new(AtomicBool::new(false));
        let (is_dropped, late) = (dropped.clone(), called_late.clone());
        let subscription = bob
            .subscribe(move |_: Received<Tick>| {
                late.fetch_or(is_dropped.load(Ordering::SeqCst), Ordering::SeqCst);
            })
            .unwrap();
        subscription.confirmed().await;
        for number in 0..10 {
            let _ = alice.broadcast(Tick::new(number)).await.unwrap();
        }
        tokio::task::yield_now().await;
        drop(subscription);
        dropped.store(true, Ordering::SeqCst);
        until(|| !alice.is_any_endpoint_subscribed_to::<Tick>()).await;
        assert!(!called_late.load(Ordering::SeqCst));
    }
}

#[tokio::test]
async fn a_detached_subscription_stays_on() {
    let (alice, bob) = pair().await;
    let (seen, mut calls) = mpsc::unbounded_channel();
    bob.subscribe(move |tick: Received<Tick>| seen.send(tick.number).unwrap())
        .unwrap()
        .detach();
    bob.respond(|add: Received<Add>| async move { add.sum() })
        .unwrap()
        .detach();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Add>(&alice, &bob).await;
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    assert_eq!(calls.recv().await, Some(1));
    assert_eq!(alice.request(Add::new(2, 3)).await.unwrap(), Sum::new(5));
    assert!(bob.stop().await.is_complete());
    assert_eq!(calls.recv().await, None, "it ended with the endpoint");
}

#[tokio::test]
async fn a_handler_that_panics_is_called_for_the_next_event_all_the_same() {
    let (alice, bob) = pair().await;
    let (seen, mut calls) = mpsc::unbounded_channel();
    let seen_async = seen.clone();
    let sync = bob
        .subscribe(move |tick: Received<Tick>| {
            assert!(tick.number % 2 == 1, "an even tick");
            seen.send(("sync", tick.number)).unwrap();
        })
        .unwrap();
    let asynchronous = bob
        .subscribe_async(move |tick: Received<Tick>| {
            let seen = seen_async.clone();
            async move {
                tokio::task::yield_now().await;
                assert!(tick.number % 2 == 1, "an even tick");
                seen.send(("async", tick.number)).unwrap();
            }
        })
        .unwrap();
    sync.confirmed().await;
    asynchronous.confirmed().await;
    for number in 0..4 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
    }
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(calls.recv().await.unwrap());
    }
    seen.sort_unstable();
    let expected = [("async", 1), ("async", 3), ("sync", 1), ("sync", 3)];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_handler_of_requests_that_panics_fails_that_request_alone() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| {
            assert!(add.left != 1, "before the first await");
            async move {
                tokio::task::yield_now().await;
                assert!(add.left != 2, "after it");
                add.sum()
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    for (left, why) in [(1, "before the first await"), (2, "after it")] {
        let error = alice.request(Add::new(left, 0)).await.unwrap_err();
        assert!(
            matches!(&error, Error::HandlerFailed { endpoint, request: "test.v1.Add", message }
                if endpoint == "bob" && message.contains(why)),
            "{error}"
        );
    }
    assert_eq!(alice.request(Add::new(3, 4)).await.unwrap(), Sum::new(7));
}

#[tokio::test]
async fn a_panic_with_a_request_in_hand_tells_its_requester() {
    let (alice, bob) = pair().await;
    let _panicking = bob
        .subscribe(|add: Received<Add>| panic!("no answer to {}", add.left))
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let error = alice.request(Add::new(1, 2)).await.unwrap_err();
    assert!(matches!(error, Error::HandlerFailed { .. }), "{error}");
}

#[tokio::test]
async fn so_many_requests_are_handled_at_a_time_and_no_more() {
    let limit = 3;
    let bob = lahja::Endpoint::builder("bob").handlers(limit);
    let (alice, bob) = pair_of(lahja::Endpoint::builder("alice"), bob).await;
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let go_on = Arc::new(Semaphore::new(0));
    let (is_running, seen, gate) = (running.clone(), most.clone(), go_on.clone());
    let _answers = bob
        .respond(move |add: Received<Add>| {
            let (running, most, gate) = (is_running.clone(), seen.clone(), gate.clone());
            async move {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                gate.acquire().await.expect("it is open").forget();
                running.fetch_sub(1, Ordering::SeqCst);
                add.sum()
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking: Vec<_> = (0..10)
        .map(|number| {
            let alice = alice.clone();
            tokio::spawn(async move { alice.request(Add::new(number, 0)).await })
        })
        .collect();
    until(|| running.load(Ordering::SeqCst) == limit).await;
    go_on.add_permits(10);
    for (number, asking) in asking.into_iter().enumerate() {
        assert_eq!(asking.await.unwrap().unwrap(), Sum::new(number as i64));
    }
    assert_eq!(most.load(Ordering::SeqCst), limit);
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_ask_on_the_link_that_its_request_came_on_though_events_fill_it() {
    let (alice, bob) = narrow_pair().await;
    let _unread = alice.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&bob, &alice).await;
    let to_alice = BroadcastConfig::to("alice");
    let _adding = alice
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Add>(&bob, &alice).await;
    fill(&bob, 0);
    let asker = bob.clone();
    let _asking_back = bob
        .respond(move |add: Received<Add>| {
            let (bob, config) = (asker.clone(), to_alice.clone());
            async move {
                let twice = Add::new(add.left * 2, add.right * 2);
                bob.request_with(twice, config).await
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let config = BroadcastConfig::to("bob");
    for number in 0..500 {
        let sum = alice
            .request_with(Add::new(number, 1), config.clone())
            .await
            .unwrap();
        assert_eq!(sum, Sum::new(2 * number + 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_broadcasts_what_it_handles_is_slowed_by_itself() {
    let (alice, _bob) = narrow_pair().await;
    let enough = Arc::new(Notify::new());
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let (echo, seen, done) = (alice.clone(), numbers.clone(), enough.clone());
    let _echoing = alice
        .subscribe_async(move |tick: Received<Tick>| {
            let (alice, seen, done) = (echo.clone(), seen.clone(), done.clone());
            async move {
                seen.lock().unwrap().push(tick.number);
                if tick.number == 1_000 {
                    return done.notify_one();
                }
                let next = Tick::of_size(tick.number + 1, ROOM);
                let sent = alice.broadcast(next).await.expect("there is room for one");
                assert_eq!(sent.count(), 1);
            }
        })
        .unwrap();
    let _ = alice.broadcast(Tick::new(0)).await.unwrap();
    soon(enough.notified()).await;
    assert!(numbers.lock().unwrap().iter().copied().eq(0..=1_000));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_broadcasts_twice_what_it_handles_is_bounded_and_told() {
    let (alice, _bob) = narrow_pair().await;
    let (tell, mut told) = mpsc::unbounded_channel();
    let echo = alice.clone();
    let _doubling = alice
        .subscribe_async(move |_: Received<Tick>| {
            let (alice, tell) = (echo.clone(), tell.clone());
            async move {
                for _ in 0..2 {
                    if let Err(error) = alice.broadcast(Tick::of_size(0, ROOM)).await {
                        let _ = tell.send(error);
                    }
                }
            }
        })
        .unwrap();
    let _ = alice.broadcast(Tick::new(0)).await.unwrap();
    let error = told.recv().await.expect("its window is bounded");
    assert!(matches!(error, Error::Stalled { .. }), "{error}");
    // The endpoint lives on.
    let mut tocks = alice.stream::<Tock>().unwrap();
    let _ = alice.broadcast(Tock { number: 7 }).await.unwrap();
    assert_eq!(tocks.next().await.unwrap().number, 7);
}

/// An error that cannot even be told.
struct Unspeakable;

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no words")
    }
}

#[tokio::test]
async fn an_error_whose_text_panics_fails_that_request_alone() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| async move {
            match add.left {
                0 => Err(Unspeakable),
                value => Ok(Sum { value }),
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let error = alice.request(Add { left: 0, right: 0 }).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::HandlerFailed { .. }), "{text}");
    assert!(text.contains("no words"), "{text}");
    let sum = alice.request(Add { left: 7, right: 0 }).await.unwrap();
    assert_eq!(sum.value, 7);
}
