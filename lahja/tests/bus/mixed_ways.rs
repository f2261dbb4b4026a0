//! Events go several ways: small ones as bytes to a single subscriber, others decoded, with headers,
//! shared, written past the driver or by it. None of that may show.

use futures::FutureExt;
use lahja::{BroadcastConfig, Endpoint, EventStream};
use tempfile::TempDir;

use crate::events::twin::BadTick;
use crate::events::{Tick, Tock};
use crate::raw::RawPeer;
use crate::support::*;

/// A tick by a way that its number picks: bare, with a header, or larger than what is copied.
async fn tick(from: &Endpoint, number: u64) {
    let sent = match number % 3 {
        0 => from.broadcast(Tick::new(number)).await,
        1 => {
            let config = BroadcastConfig::new().header("way", "other");
            from.broadcast_with(Tick::new(number), config).await
        }
        _ => from.broadcast(Tick::of_size(number, 20_000)).await,
    };
    assert_eq!(sent.unwrap().count(), 1);
}

async fn next(ticks: &mut EventStream<Tick>) -> (u64, u64) {
    let tick = ticks.next().await.expect("the link lives");
    let way = (tick.number % 3 == 1).then_some("other");
    assert_eq!(tick.headers().get("way").map(String::as_str), way);
    (tick.number, tick.missed())
}

#[tokio::test]
async fn events_that_go_different_ways_keep_their_order() {
    let directory = directory();
    for round in 0..2 {
        let (alice, bob) = in_memory_or_on_sockets(round, &directory).await;
        let mut ticks = bob.stream::<Tick>().unwrap();
        knows_subscriber::<Tick>(&alice, &bob).await;
        let sending = tokio::spawn({
            let alice = alice.clone();
            async move {
                for number in 0..500 {
                    tick(&alice, number).await;
                }
            }
        });
        for number in 0..500 {
            assert_eq!(next(&mut ticks).await, (number, 0));
        }
        sending.await.unwrap();
        alice.stop().await;
        bob.stop().await;
    }
}

#[tokio::test]
async fn a_second_subscriber_shares_what_comes_from_then_on() {
    let (alice, bob) = pair().await;
    let mut first = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let send = async |numbers: std::ops::Range<u64>| {
        for number in numbers {
            tick(&alice, number).await;
        }
    };
    send(0..10).await;
    // All that was sent is there before the second subscribes: the first takes the last of it.
    let mut taken = 0;
    while taken < 10 {
        assert_eq!(next(&mut first).await, (taken, 0));
        taken += 1;
    }
    let mut second = bob.stream::<Tick>().unwrap();
    send(10..20).await;
    for number in 10..20 {
        assert_eq!(next(&mut second).await, (number, 0));
    }
    drop(second);
    send(20..30).await;
    for number in 10..30 {
        assert_eq!(next(&mut first).await, (number, 0));
    }
}

#[tokio::test]
async fn a_gap_is_told_by_whichever_event_comes_next() {
    for after in [0, 1, 2] {
        let (alice, bob) = pair().await;
        let mut ticks = bob.stream::<Tick>().unwrap();
        knows_subscriber::<Tick>(&alice, &bob).await;
        for _ in 0..3 {
            let _ = alice.broadcast(BadTick::new()).await.unwrap();
        }
        tick(&alice, after).await;
        tick(&alice, after).await;
        assert_eq!(next(&mut ticks).await, (after, 3), "the first tells of it");
        assert_eq!(next(&mut ticks).await, (after, 0), "once");
    }
}

#[tokio::test]
async fn what_is_left_unread_when_a_stream_is_dropped_counts_as_taken() {
    let (alice, bob) = pair().await;
    let unread = bob.stream::<Tick>().unwrap();
    let mut tocks = bob.stream::<Tock>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Tock>(&alice, &bob).await;
    for number in 0..100 {
        tick(&alice, number).await;
    }
    // What came before it is in the queue.
    let _ = alice.broadcast(Tock { number: 0 }).await.unwrap();
    tocks.next().await.unwrap();
    drop(unread);
    let stopped = alice.stop().await;
    assert!(stopped.is_complete(), "{stopped:?}");
}

#[tokio::test]
async fn events_that_do_not_decode_are_a_flood_too() {
    let (alice, bob) = pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    let mut tocks = bob.stream::<Tock>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Tock>(&alice, &bob).await;
    let bad = 2_000;
    for _ in 0..bad {
        let _ = alice.broadcast(BadTick::new()).await.unwrap();
    }
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    let _ = alice.broadcast(Tock { number: 0 }).await.unwrap();
    tocks.next().await.unwrap();

    // A turn of its own, with tokio's whole budget.
    tokio::task::yield_now().await;
    let at_once = ticks.next().now_or_never();
    assert!(
        at_once.is_none(),
        "others have their turn among {bad} events"
    );
    let tick = ticks.next().await.unwrap();
    assert_eq!((tick.number, tick.missed()), (1, bad));
}

#[test]
fn a_peer_that_never_stops_talking_does_not_keep_others_from_running() {
    without_deadlock(|| async {
        let directory = directory();
        let (alice, raw) = listened_to_by_hand(&directory).await;
        let flood = raw.flood(frames_of_128_bytes_from_offset_64());
        // It goes on for longer than the sockets' buffers last.
        while flood.times() < 200 {
            tokio::task::yield_now().await;
        }
        flood.stop();
        alice.stop().await;
    });
}

/// Frames that mean nothing, after one that sees to it that no read ends where one of them does.
fn frames_of_128_bytes_from_offset_64() -> Vec<u8> {
    let ignored = |len: usize| {
        // A field that no version knows, of as many bytes as it takes.
        let body = [
            &[0x7a, u8::try_from(len - 6).unwrap()],
            &vec![0; len - 6][..],
        ]
        .concat();
        [&u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
    };
    let mut frames = ignored(64);
    for _ in 0..1024 {
        frames.extend(ignored(128));
    }
    frames.extend(ignored(64));
    frames
}

/// An endpoint whose ticks a peer without a window of its own wants.
async fn listened_to_by_hand(directory: &TempDir) -> (Endpoint, RawPeer) {
    let alice = serve("alice", directory).await;
    let mut raw = RawPeer::connect("raw", &directory.path().join("alice.ipc")).await;
    raw.subscribe::<Tick>(0).await;
    let subscribed = alice.wait_until_endpoint_subscribed_to::<Tick>("raw");
    subscribed.await.unwrap();
    (alice, raw)
}

#[tokio::test]
async fn a_lone_event_is_written_before_its_sender_gives_way() {
    let directory = directory();
    let (alice, mut raw) = listened_to_by_hand(&directory).await;
    for number in 0..3 {
        // Its answer proves that the driver had its turn, and found little to write.
        raw.renew::<Tock>(2 + number).await;
        assert!(!raw.has_unread(), "nothing more was said");
        let sent = alice.broadcast(Tick::new(number)).now_or_never();
        assert!(matches!(sent, Some(Ok(_))), "{sent:?}");
        assert!(raw.has_unread(), "nothing else ran on this thread");
        raw.next_broadcast().await;
    }
}

#[tokio::test]
async fn a_burst_is_written_by_the_driver_but_for_its_first_event() {
    let directory = directory();
    let (alice, mut raw) = listened_to_by_hand(&directory).await;
    raw.renew::<Tock>(2).await;
    for number in 0..100 {
        let _ = alice.broadcast_nowait(Tick::new(number)).unwrap();
    }
    raw.next_broadcast().await;
    for number in 1..100 {
        let next = raw.next_broadcast().now_or_never();
        assert!(
            number == 1 || next.is_some(),
            "{number} came in a write of its own"
        );
        if next.is_none() {
            raw.next_broadcast().await;
        }
    }
}
