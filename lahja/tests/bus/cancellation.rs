//! Futures that are dropped midway, at each of their polls: what they leave behind is as good as
//! new.

use std::time::Duration;

use lahja::{BroadcastConfig, Endpoint, Received};

use crate::events::{Add, Sum, Tick};
use crate::support::*;

/// More polls than any of these futures takes when nothing holds it up.
const POLLS: usize = 40;

/// The link carries events and answers both ways.
async fn is_as_good_as_new(alice: &Endpoint, bob: &Endpoint) {
    for (one, other) in [(alice, bob), (bob, alice)] {
        let to_other = BroadcastConfig::to(other.name());
        let mut requests = other.stream::<Add>().unwrap();
        let _ticks = other.stream::<Tick>().unwrap();
        knows_subscriber::<Add>(one, other).await;
        knows_subscriber::<Tick>(one, other).await;
        let answering = async {
            let request = requests.next().await.unwrap();
            let sum = request.sum();
            request.reply(sum).unwrap();
        };
        let asking = one.request_with(Add::new(2, 3), to_other);
        let (sum, ()) = tokio::join!(asking, answering);
        assert_eq!(sum.unwrap(), Sum::new(5));
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_broadcasts_leave_the_window_whole_and_count_as_missed() {
    let (alice, _bob, mut ticks, room) = full_pair().await;
    for polls in 0..POLLS {
        let waiting = alice.broadcast(Tick::of_size(room, ROOM));
        assert!(!poll_times(waiting, polls).await, "there is no room");
    }
    for number in 0..room {
        assert_eq!(ticks.next().await.unwrap().number, number);
    }
    let mut again = 0;
    until(|| {
        again += fill(&alice, 0);
        again >= room
    })
    .await;
    assert_eq!(again, room, "as much room as at first");
    let missed = ticks.next().await.unwrap().missed();
    // Those that were never polled did not begin, and each try to fill found no room once.
    assert!((1..POLLS as u64).contains(&missed), "{missed}");
}

#[tokio::test(start_paused = true)]
async fn dropped_broadcasts_reach_each_receiver_whole_or_not_at_all() {
    let (alice, bob) = narrow_pair().await;
    let mut here = alice.stream::<Tick>().unwrap();
    let mut there = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let mut sent = 0;
    for number in 0..200 {
        let broadcast = alice.broadcast(Tick::of_size(number, ROOM));
        if poll_times(broadcast, number as usize % 4).await {
            sent += 1;
            assert_eq!(here.next().await.unwrap().number, number);
            assert_eq!(there.next().await.unwrap().number, number);
        }
    }
    assert!(sent > 100, "{sent} were sent");
    is_as_good_as_new(&alice, &bob).await;
}

#[tokio::test(start_paused = true)]
async fn dropped_requests_return_their_credit_and_leave_no_handler_behind() {
    let (alice, bob) = narrow_pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    let own = alice
        .respond(|_: Received<Add>| std::future::pending::<Sum>())
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    for round in 0..20 * POLLS {
        let asking = alice.request(Add::new(1, 1));
        assert!(!poll_times(asking, round % POLLS).await);
        // Whoever holds it learns that it is over.
        while let Some(request) = futures::FutureExt::now_or_never(requests.next()) {
            let (_, reply) = request.unwrap().into_parts();
            soon(reply.cancelled()).await;
        }
    }
    drop((requests, own));
    until(|| !alice.is_any_endpoint_subscribed_to::<Add>()).await;
    is_as_good_as_new(&alice, &bob).await;
}

#[tokio::test(start_paused = true)]
async fn requests_that_were_given_up_take_room_until_they_are_taken_too() {
    let (alice, bob) = narrow_pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    for number in 0..1_000 {
        assert!(!poll_times(alice.request(Add::new(number, 0)), 10).await);
    }
    let mut unread = 0;
    while futures::FutureExt::now_or_never(requests.next()).is_some() {
        unread += 1;
    }
    // The least that an event costs is 64.
    assert!((1..=WINDOW / 64).contains(&unread), "{unread} lay unread");
    drop(requests);
    is_as_good_as_new(&alice, &bob).await;
}

#[tokio::test]
async fn a_stream_whose_next_is_dropped_loses_no_event() {
    let (alice, bob) = narrow_pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let sender = tokio::spawn(async move {
        for number in 0..10_000 {
            let _ = alice.broadcast(Tick::new(number)).await.unwrap();
        }
        alice
    });
    let mut expected = 0;
    while expected < 10_000 {
        tokio::select! {
            biased;
            () = tokio::task::yield_now() => {}
            tick = ticks.next() => {
                assert_eq!(tick.unwrap().number, expected);
                expected += 1;
            }
        }
        // The other order, so that both branches win at times.
        tokio::select! {
            biased;
            tick = ticks.next() => {
                assert_eq!(tick.unwrap().number, expected);
                expected += 1;
            }
            () = tokio::task::yield_now() => {}
        }
    }
    sender.await.expect("all were sent");
}

#[tokio::test]
async fn a_dropped_connect_leaves_no_attempt_behind() {
    let directory = directory();
    let (alice, bob) = (
        serve("alice", &directory).await,
        serve("bob", &directory).await,
    );
    for polls in 0..POLLS {
        let connected = poll_times(alice.connect_to("bob"), polls).await;
        if !connected {
            alice.connect_to("bob").await.expect("the name is free");
        }
        bob.wait_until_connected_to("alice").await.unwrap();
        assert_eq!(alice.connections().len(), 1);
        is_as_good_as_new(&alice, &bob).await;
        alice.disconnect_from("bob").await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_connect_to_nobody_leaves_the_name_free() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    for polls in 0..POLLS {
        assert!(!poll_times(alice.connect_to("bob"), polls).await);
    }
    let bob = serve("bob", &directory).await;
    alice.connect_to("bob").await.unwrap();
    is_as_good_as_new(&alice, &bob).await;
}

#[tokio::test(start_paused = true)]
async fn dropped_waits_leave_nothing_behind() {
    let (alice, bob) = pair().await;
    let wait = BroadcastConfig::to("bob")
        .wait_for_subscriber()
        .timeout(Duration::from_secs(1_000));
    for polls in 0..POLLS {
        assert!(!poll_times(alice.wait_for::<Tick>(), polls).await);
        assert!(!poll_times(alice.wait_until_connected_to("carol"), polls).await);
        let subscribed = alice.wait_until_all_endpoints_subscribed_to::<Tick>();
        assert!(!poll_times(subscribed, polls).await);
        let sending = alice.broadcast_with(Tick::new(1), wait.clone());
        assert!(!poll_times(sending, polls).await);
        let asking = alice.request_with(Add::default(), wait.clone());
        assert!(!poll_times(asking, polls).await);
        let stream = bob.stream::<Add>().unwrap();
        poll_times(stream.confirmed(), polls).await;
        drop(stream);
        until(|| !alice.is_any_endpoint_subscribed_to::<Add>()).await;
    }
    assert!(!bob.is_any_endpoint_subscribed_to::<Add>());
    is_as_good_as_new(&alice, &bob).await;
}
