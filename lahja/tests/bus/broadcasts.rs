//! Events from one endpoint to all who subscribe.

use crate::events::*;
use crate::support::*;

#[tokio::test]
async fn subscribers_here_and_there_get_an_event_and_learn_where_it_came_from() {
    let (alice, bob) = pair().await;
    let mut here = alice.stream::<Tick>().unwrap();
    let mut there = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;

    let sent = alice.broadcast(Tick::new(1)).await.unwrap();

    assert_eq!(sent.count(), 2);
    for stream in [&mut here, &mut there] {
        let received = stream.next().await.expect("the event");
        assert_eq!(*received, Tick::new(1));
        assert_eq!(received.origin(), "alice");
    }
}

#[tokio::test]
async fn what_nobody_wants_goes_nowhere_and_is_no_error() {
    let (alice, _bob) = pair().await;
    let sent = alice.broadcast(Tick::new(1)).await.unwrap();
    assert_eq!(sent.count(), 0);
    assert!(sent.is_complete());
}

#[tokio::test]
async fn a_slow_consumer_gets_ten_thousand_events_in_order() {
    let (alice, bob) = pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let sender = tokio::spawn(async move {
        for number in 0..10_000 {
            let sent = alice.broadcast(Tick::of_size(number, 1_000)).await.unwrap();
            assert_eq!(sent.count(), 1);
        }
        alice
    });
    for number in 0..10_000 {
        let tick = ticks.next().await.expect("the stream goes on");
        assert_eq!((tick.number, tick.missed()), (number, 0));
        tokio::task::yield_now().await;
    }
    sender.await.expect("the sender finishes");
}
