//! Flow control: a subscription that is slow slows its senders, and nothing else.

use std::time::Duration;

use lahja::{BroadcastConfig, Endpoint, Error, Received};
use tokio::time::Instant;

use crate::events::{Add, Sum, Tick, Tock};
use crate::raw::RawPeer;
use crate::support::*;

#[tokio::test(start_paused = true)]
async fn a_window_bounds_what_lies_unread() {
    let (alice, _bob, mut ticks, accepted) = full_pair().await;
    let bound = WINDOW / ROOM as u64 + 1;
    assert!((1..=bound).contains(&accepted), "{accepted} of {bound}");
    for number in 0..accepted {
        assert_eq!(ticks.next().await.unwrap().number, number);
    }
    // There is room again, once the credit is here.
    until(|| fill(&alice, accepted) > accepted).await;
}

#[tokio::test(start_paused = true)]
async fn room_is_made_for_what_was_read_while_more_lies_unread() {
    let (alice, _bob, mut ticks, accepted) = full_pair().await;
    for number in 0..accepted * 2 / 3 {
        assert_eq!(ticks.next().await.unwrap().number, number);
    }
    until(|| fill(&alice, accepted) > accepted).await;
    assert_eq!(ticks.next().await.unwrap().number, accepted * 2 / 3);
}

#[tokio::test(start_paused = true)]
async fn a_slow_consumer_of_one_type_delays_neither_other_types_nor_answers() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    let mut tocks = bob.stream::<Tock>().unwrap();
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Tock>(&alice, &bob).await;
    knows_subscriber::<Add>(&alice, &bob).await;
    let late = fill(&alice, 0);
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::of_size(late, ROOM)).await }
    });

    let before = Instant::now();
    for number in 0..1_000 {
        let sent = alice.broadcast(Tock { number }).await.unwrap();
        assert_eq!(sent.count(), 1);
        assert_eq!(tocks.next().await.unwrap().number, number);
        let sum = alice.request(Add::new(number as i64, 1)).await.unwrap();
        assert_eq!(sum, Sum::new(number as i64 + 1));
    }
    assert_eq!(before.elapsed(), Duration::ZERO, "nothing waited for time");
    assert!(!waiting.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_lets_the_deadline_pass_is_skipped_until_it_reads_and_learns_its_loss() {
    let (alice, _bob, mut ticks, late) = full_pair().await;

    let before = Instant::now();
    let error = alice.broadcast(Tick::of_size(late, ROOM)).await;
    assert!(matches!(error, Err(Error::Stalled { .. })), "{error:?}");
    assert_eq!(before.elapsed().as_secs(), 5, "the broadcast deadline");

    let before = Instant::now();
    for number in late + 1..late + 10 {
        let error = alice.broadcast(Tick::of_size(number, ROOM)).await;
        assert!(matches!(error, Err(Error::Stalled { .. })), "{error:?}");
    }
    assert_eq!(before.elapsed(), Duration::ZERO, "it is skipped at once");

    for number in 0..late {
        let tick = ticks.next().await.unwrap();
        assert_eq!((tick.number, tick.missed()), (number, 0));
    }
    // Its credit is on its way.
    let sent = loop {
        match alice.broadcast(Tick::new(late + 10)).await {
            Ok(sent) => break sent,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert!(sent.is_complete());
    let tick = ticks.next().await.unwrap();
    assert_eq!(tick.number, late + 10);
    assert!(tick.missed() >= 10, "ten were lost: {}", tick.missed());
    let _ = alice.broadcast(Tick::new(late + 11)).await.unwrap();
    assert_eq!(ticks.next().await.unwrap().missed(), 0, "it is told once");
}

#[tokio::test(start_paused = true)]
async fn those_with_room_are_served_while_a_broadcast_waits_for_another() {
    let (alice, _bob, mut slow, late) = full_pair().await;
    let mut own = alice.stream::<Tick>().unwrap();
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::of_size(late, ROOM)).await }
    });

    assert_eq!(own.next().await.unwrap().number, late);
    assert!(!waiting.is_finished(), "bob has no room");
    for number in 0..=late {
        assert_eq!(slow.next().await.unwrap().number, number);
    }
    assert_eq!(waiting.await.unwrap().unwrap().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn nowait_without_room_at_one_sends_to_nobody() {
    let (alice, _bob, mut theirs, late) = full_pair().await;
    let mut own = alice.stream::<Tick>().unwrap();
    let error = alice
        .broadcast_nowait(Tick::of_size(late, ROOM))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(&error, Error::Full { event: "test.v1.Tick", endpoints } if endpoints == &["bob"]),
        "{text}"
    );
    assert!(
        text.contains("test.v1.Tick") && text.contains("bob"),
        "{text}"
    );
    assert!(!poll_times(own.next(), 3).await, "alice got nothing either");

    // The other way round: the own subscriber has no room, the peer has.
    let filled = fill_own(&alice, 0);
    for number in 0..late {
        assert_eq!(theirs.next().await.unwrap().number, number);
    }
    tokio::task::yield_now().await;
    let error = alice.broadcast_nowait(Tick::of_size(filled, ROOM));
    assert!(
        matches!(&error, Err(Error::Full { endpoints, .. }) if endpoints == &["alice"]),
        "{error:?}"
    );
    assert!(
        !poll_times(theirs.next(), 3).await,
        "bob got nothing either"
    );
}

fn fill_own(alice: &Endpoint, first: u64) -> u64 {
    let own = BroadcastConfig::internal();
    (first..)
        .find(|&number| {
            let sent = alice.broadcast_nowait_with(Tick::of_size(number, ROOM), own.clone());
            sent.is_err()
        })
        .expect("a window is bounded")
}

#[tokio::test(start_paused = true)]
async fn a_stalled_receiver_does_not_make_nowait_full() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let late = stall(&alice).await;
    let mut own = alice.stream::<Tick>().unwrap();
    let sent = alice.broadcast_nowait(Tick::new(late)).unwrap();
    assert_eq!(
        (sent.count(), sent.undelivered()),
        (1, &["bob".to_owned()][..])
    );
    assert_eq!(own.next().await.unwrap().number, late);
}

#[tokio::test(start_paused = true)]
async fn requests_wait_for_a_stalled_receiver() {
    let (alice, bob) = narrow_pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    // Small as they are, enough unanswered ones close the window.
    let asking: Vec<_> = (0..100)
        .map(|number| {
            let alice = alice.clone();
            tokio::spawn(async move { alice.request(Add::new(number, 1)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    for _ in 0..100 {
        let request = requests.next().await.unwrap();
        let sum = request.sum();
        request.reply(sum).unwrap();
    }
    for (number, asking) in asking.into_iter().enumerate() {
        assert_eq!(asking.await.unwrap().unwrap(), Sum::new(number as i64 + 1));
    }
}

#[tokio::test]
async fn a_peer_without_a_window_is_bounded_by_what_is_unwritten_to_it() {
    let directory = directory();
    let limit = 64 * 1024;
    let alice = builder("alice", &directory).unwritten_events(limit);
    let alice = alice.serve().await.unwrap();
    let mut deaf = RawPeer::connect("deaf", &directory.path().join("alice.ipc")).await;
    deaf.subscribe::<Tick>(0).await;
    alice
        .wait_until_endpoint_subscribed_to::<Tick>("deaf")
        .await
        .unwrap();
    let config = BroadcastConfig::new().timeout(Duration::from_millis(50));
    let mut sent = 0;
    let error = loop {
        match alice
            .broadcast_with(Tick::of_size(sent, ROOM), config.clone())
            .await
        {
            Ok(_) => sent += 1,
            Err(error) => break error,
        }
        assert!(sent < 100_000, "nothing bounds what is sent");
    };
    assert!(matches!(error, Error::Stalled { .. }), "{error}");

    // Once it reads, all comes, in order, and then what it missed.
    for number in 0..sent {
        let tick = <Tick as lahja::prost::Message>::decode(deaf.next_broadcast().await.payload);
        assert_eq!(tick.expect("a tick").number, number);
    }
    until(|| {
        alice
            .broadcast_nowait(Tick::new(sent))
            .is_ok_and(|sent| sent.count() == 1)
    })
    .await;
    assert!(deaf.next_broadcast().await.missed >= 1);
}
