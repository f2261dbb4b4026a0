//! Ending by `stop`: in order, and not later than the drain deadline.

use std::sync::Arc;
use std::time::Duration;

use lahja::{Endpoint, Error, Received};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::events::{Add, Sum, Tick, Tock};
use crate::raw::RawPeer;
use crate::support::*;

#[tokio::test(start_paused = true)]
async fn stop_waits_for_the_answers_that_are_owed() {
    let (alice, bob) = pair().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (handling, may_answer) = (begun.clone(), go_on.clone());
    let _answers = bob
        .respond(move |add: Received<Add>| {
            let (handling, may_answer) = (handling.clone(), may_answer.clone());
            async move {
                handling.notify_one();
                may_answer.notified().await;
                add.sum()
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::new(2, 3)).await }
    });
    begun.notified().await;

    let stopping = tokio::spawn({
        let bob = bob.clone();
        async move { bob.stop().await }
    });
    until(|| bob.broadcast_nowait(Tock::default()).is_err()).await;
    go_on.notify_one();

    assert_eq!(asking.await.unwrap().unwrap(), Sum::new(5));
    assert!(stopping.await.unwrap().is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_not_answered_by_the_drain_deadline_fails_with_shutting_down() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::new(2, 3)).await }
    });
    let held = requests.next().await.expect("the request");

    let before = Instant::now();
    let _ = bob.stop().await;

    let took = before.elapsed();
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(6)).contains(&took),
        "the drain deadline is 5 s, it took {took:?}"
    );
    let error = asking.await.unwrap().unwrap_err();
    assert!(
        matches!(&error, Error::ShuttingDown { endpoint, request: "test.v1.Add" } if endpoint == "bob"),
        "{error}"
    );
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn what_a_peer_does_not_take_by_the_drain_deadline_is_reported() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let accepted = fill(&alice, 0);

    let before = Instant::now();
    let stopped = alice.stop().await;

    let took = before.elapsed();
    assert!(took < Duration::from_secs(6), "it took {took:?}");
    let [peer] = stopped.unconfirmed() else {
        panic!("one peer was told nothing: {stopped:?}");
    };
    assert_eq!((&*peer.endpoint, peer.events as u64), ("bob", accepted));
}

#[tokio::test(start_paused = true)]
async fn broadcasts_that_wait_for_room_end_with_the_endpoint() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let late = fill(&alice, 0);
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::of_size(late, ROOM)).await }
    });
    tokio::task::yield_now().await;

    let _ = alice.stop().await;

    let error = waiting.await.unwrap().unwrap_err();
    assert!(
        matches!(error, Error::Stalled { .. } | Error::Stopped { .. }),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_local_broadcast_that_waits_while_its_endpoint_stops_is_not_lost_without_a_word() {
    let (alice, _bob) = narrow_pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let late = fill(&alice, 0);
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::of_size(late, ROOM)).await }
    });
    tokio::task::yield_now().await;

    let _ = alice.stop().await;
    let mut received = 0;
    while ticks.next().await.is_some() {
        received += 1;
    }

    let accepted = late + u64::from(waiting.await.unwrap().is_ok());
    assert_eq!(received, accepted, "as many as broadcast said Ok for");
}

#[tokio::test]
async fn stop_ends_what_uses_the_endpoint_and_a_second_stop_returns_at_once() {
    let (alice, bob) = pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let waiting = alice.wait_for::<Tock>();
    bob.wait_until_connected_to("alice").await.unwrap();

    assert!(alice.stop().await.is_complete());
    assert!(alice.stop().await.is_complete());

    assert!(ticks.next().await.is_none());
    let stopped = |error: Error| {
        assert!(
            matches!(&error, Error::Stopped { endpoint } if endpoint == "alice"),
            "{error}"
        );
    };
    stopped(waiting.await.unwrap_err());
    stopped(alice.broadcast(Tock::default()).await.unwrap_err());
    stopped(alice.broadcast_nowait(Tock::default()).unwrap_err());
    stopped(alice.request(Add::default()).await.unwrap_err());
    stopped(alice.stream::<Tock>().map(drop).unwrap_err());
    stopped(alice.connect_to("carol").await.unwrap_err());
    stopped(alice.wait_until_connected_to("carol").await.unwrap_err());
    until(|| !bob.is_connected_to("alice")).await;
}

#[tokio::test]
async fn what_a_stream_holds_can_be_read_after_the_stop() {
    let (alice, bob) = pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    for number in 0..3 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
    }

    let _ = bob.stop().await;

    for number in 0..3 {
        assert_eq!(ticks.next().await.expect("it came before").number, number);
    }
    assert!(ticks.next().await.is_none());
}

#[tokio::test]
async fn stop_removes_the_socket_and_frees_the_name() {
    let directory = directory();
    for _ in 0..10 {
        let (alice, bob) = connected(&directory).await;
        let (one, other) = tokio::join!(alice.stop(), bob.stop());
        assert!(one.is_complete() && other.is_complete());
        assert!(!directory.path().join("bob.ipc").exists());
    }
}

#[tokio::test]
async fn a_peer_that_reads_nothing_delays_the_stop_until_the_drain_deadline_at_most() {
    let directory = directory();
    let builder = builder("alice", &directory).drain_timeout(Duration::from_millis(200));
    let alice = builder.serve().await.unwrap();
    let mut deaf = RawPeer::connect("deaf", &directory.path().join("alice.ipc")).await;
    deaf.subscribe::<Tick>(1 << 30).await;
    alice
        .wait_until_endpoint_subscribed_to::<Tick>("deaf")
        .await
        .unwrap();
    // More than the socket takes, so that the connection is stuck in a write.
    let mut sent = 0;
    for _ in 0..10 {
        sent = fill(&alice, sent);
        tokio::task::yield_now().await;
    }

    let before = Instant::now();
    let stopped = soon(alice.stop()).await;

    assert!(before.elapsed() >= Duration::from_millis(200));
    let unconfirmed: usize = stopped.unconfirmed().iter().map(|peer| peer.events).sum();
    assert_eq!(unconfirmed as u64, sent);
    drop(deaf);
}

#[tokio::test]
async fn stop_ends_connects_that_wait_and_handshakes_that_do_not_go_on() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let connecting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.connect_to("nobody").await }
    });
    let socket = directory.path().join("alice.ipc");
    let _silent = tokio::net::UnixStream::connect(&socket).await.unwrap();
    tokio::task::yield_now().await;

    let before = Instant::now();
    assert!(alice.stop().await.is_complete());

    assert!(
        before.elapsed() < Duration::from_secs(5),
        "it waits for nobody"
    );
    let error = connecting.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Stopped { .. }), "{error}");
}

#[tokio::test]
async fn a_handler_may_stop_its_own_endpoint() {
    let directory = directory();
    let builder = builder("alice", &directory).drain_timeout(Duration::from_millis(100));
    let alice = builder.serve().await.unwrap();
    let stopped = Arc::new(Notify::new());
    let (stopping, done) = (alice.clone(), stopped.clone());
    let _handler = alice
        .subscribe_async(move |_: Received<Tick>| {
            let (alice, done) = (stopping.clone(), done.clone());
            async move {
                let _ = alice.stop().await;
                done.notify_one();
            }
        })
        .unwrap();
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    soon(stopped.notified()).await;
}

#[tokio::test(start_paused = true)]
async fn handlers_that_do_not_end_by_the_drain_deadline_end_with_their_requests() {
    let (alice, bob) = pair().await;
    let ended = Arc::new(Notify::new());
    let end = ended.clone();
    let _answers = bob
        .respond(move |_: Received<Add>| {
            let guard = OnDrop(end.clone());
            async move {
                std::future::pending::<()>().await;
                drop(guard);
                Sum::default()
            }
        })
        .unwrap();
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn(async move { alice.request(Add::default()).await });
    let (_, reply) = requests.next().await.unwrap().into_parts();

    let _ = bob.stop().await;

    let error = asking.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::ShuttingDown { .. }), "{error}");
    soon(ended.notified()).await;
    soon(reply.cancelled()).await;
}

#[tokio::test]
async fn a_stop_that_was_given_up_is_finished_by_dropping_the_last_handle() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    let mut requests = bob.stream::<Add>().unwrap();
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::default()).await }
    });
    let request = requests.next().await.unwrap();
    assert!(!poll_times(bob.stop(), 10).await, "an answer is owed");

    drop(bob);

    soon(until(|| !alice.is_connected_to("bob"))).await;
    assert!(soon(ticks.next()).await.is_none());
    drop(request);
    assert!(asking.await.unwrap().is_err());
    serve("bob", &directory).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_disconnect_says_goodbye_all_the_same() {
    for polls in 1..40 {
        let (alice, bob) = pair().await;
        let mut requests = bob.stream::<Add>().unwrap();
        knows_subscriber::<Add>(&alice, &bob).await;
        let asking = tokio::spawn({
            let alice = alice.clone();
            async move { alice.request(Add::new(1, 1)).await }
        });
        let request = requests.next().await.unwrap();
        let left = poll_times(bob.disconnect_from("alice"), polls).await;
        assert!(!left, "an answer is owed");
        soon(until(|| !alice.is_connected_to("bob"))).await;
        drop(request);
        assert!(asking.await.unwrap().is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_stop_an_endpoint_at_once_wait_for_the_same_end() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let accepted = fill(&alice, 0);

    let (one, other) = tokio::join!(alice.stop(), alice.stop());

    assert_eq!(one, other);
    assert_eq!(one.unconfirmed()[0].events as u64, accepted);
    assert_eq!(alice.stop().await, one, "and so do those who ask later");
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_given_up_can_be_taken_up_again() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let accepted = fill(&alice, 0);

    assert!(!poll_times(alice.stop(), 3).await, "bob takes nothing");
    let stopped = alice.stop().await;

    assert_eq!(stopped.unconfirmed()[0].events as u64, accepted);
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_reports_what_the_other_did_not_take() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let accepted = fill(&alice, 0);

    let parted = alice.disconnect_from("bob").await.unwrap();

    let [peer] = parted.unconfirmed() else {
        panic!("bob did not take everything: {parted:?}");
    };
    assert_eq!(
        (peer.endpoint.as_str(), peer.events as u64),
        ("bob", accepted)
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_read_is_confirmed_though_more_that_came_with_it_lies_unread() {
    let (alice, bob) = pair_of(
        Endpoint::builder("alice"),
        Endpoint::builder("bob").drain_timeout(Duration::from_millis(100)),
    )
    .await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    for number in 0..100 {
        let _ = alice.broadcast_nowait(Tick::new(number)).unwrap();
    }
    for number in 0..60 {
        assert_eq!(ticks.next().await.unwrap().number, number);
    }
    let stopped = alice.stop().await;
    assert_eq!(stopped.unconfirmed()[0].events, 40);
}
