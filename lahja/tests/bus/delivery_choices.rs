//! What a `BroadcastConfig` asks for.

use std::collections::BTreeMap;
use std::time::Duration;

use lahja::{BroadcastConfig, Error};
use tokio::time::Instant;

use crate::events::{Add, Sum, Tick, Tock};
use crate::support::*;

#[tokio::test]
async fn an_event_goes_to_the_one_it_is_for() {
    let (alice, bob) = pair().await;
    let mut here = alice.stream::<Tick>().unwrap();
    let mut there = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    for (number, config) in [
        BroadcastConfig::to("bob"),
        BroadcastConfig::to("alice"),
        BroadcastConfig::internal(),
        BroadcastConfig::to("nobody"),
        BroadcastConfig::new(),
    ]
    .into_iter()
    .enumerate()
    {
        let _ = alice
            .broadcast_with(Tick::new(number as u64), config)
            .await
            .unwrap();
    }
    for number in [1, 2, 4] {
        assert_eq!(here.next().await.unwrap().number, number);
    }
    for number in [0, 4] {
        assert_eq!(there.next().await.unwrap().number, number);
    }
}

#[test]
fn a_config_says_who_may_receive() {
    assert!(BroadcastConfig::new().allowed_to_receive("bob"));
    assert!(BroadcastConfig::to("bob").allowed_to_receive("bob"));
    assert!(!BroadcastConfig::to("bob").allowed_to_receive("carol"));
    assert!(!BroadcastConfig::internal().allowed_to_receive("bob"));
}

#[tokio::test]
async fn a_required_subscriber_that_is_not_there_is_an_error_that_names_the_event() {
    let (alice, bob) = pair().await;
    let _own = alice.stream::<Tick>().unwrap();
    let required = BroadcastConfig::to("bob").require_subscriber();
    let error = alice
        .broadcast_with(Tick::new(1), required.clone())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::NoSubscribers {
                event: "test.v1.Tick",
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("test.v1.Tick"), "{error}");
    let error = alice.broadcast_nowait_with(Tick::new(1), required.clone());
    assert!(
        matches!(error, Err(Error::NoSubscribers { .. })),
        "{error:?}"
    );

    let _ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let sent = alice.broadcast_with(Tick::new(1), required).await.unwrap();
    assert_eq!(sent.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_is_waited_for_up_to_the_timeout() {
    let (alice, bob) = pair().await;
    let config = BroadcastConfig::to("bob")
        .wait_for_subscriber()
        .timeout(Duration::from_secs(3));

    let before = Instant::now();
    let error = alice
        .broadcast_with(Tick::new(0), config.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NoSubscribers { .. }), "{error}");
    assert_eq!(before.elapsed().as_secs(), 3);

    let sending = tokio::spawn({
        let (alice, config) = (alice.clone(), config.clone());
        async move { alice.broadcast_with(Tick::new(1), config).await }
    });
    let asking = tokio::spawn(async move { alice.request_with(Add::new(2, 3), config).await });
    tokio::task::yield_now().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    let mut requests = bob.stream::<Add>().unwrap();
    assert_eq!(ticks.next().await.unwrap().number, 1);
    let request = requests.next().await.unwrap();
    let sum = request.sum();
    request.reply(sum).unwrap();
    assert_eq!(sending.await.unwrap().unwrap().count(), 1);
    assert_eq!(asking.await.unwrap().unwrap(), Sum::new(5));
}

#[tokio::test]
async fn headers_arrive_here_and_there_and_the_last_of_a_key_counts() {
    let (alice, bob) = pair().await;
    let mut here = alice.stream::<Tick>().unwrap();
    let mut there = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let config = BroadcastConfig::new()
        .header("traceparent", "00-1")
        .header("key", "old")
        .header("key", "new");
    let _ = alice.broadcast_with(Tick::new(1), config).await.unwrap();
    let _ = alice.broadcast(Tick::new(2)).await.unwrap();
    let headers = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    for stream in [&mut here, &mut there] {
        let tick = stream.next().await.unwrap();
        let expected = headers(&[("key", "new"), ("traceparent", "00-1")]);
        assert_eq!(*tick.headers(), expected);
        assert!(stream.next().await.unwrap().headers().is_empty());
    }
}

#[tokio::test]
async fn headers_come_with_requests_too() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let config = BroadcastConfig::to("bob").header("user", "carol");
    let answering = async {
        let request = requests.next().await.unwrap();
        assert_eq!(request.headers()["user"], "carol");
        request.reply(Sum::new(1)).unwrap();
    };
    let (sum, ()) = tokio::join!(alice.request_with(Add::default(), config), answering);
    assert_eq!(sum.unwrap(), Sum::new(1));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_its_own_replaces_the_default() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    let _unanswered = bob.stream::<Add>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Add>(&alice, &bob).await;
    let config = BroadcastConfig::new().timeout(Duration::from_secs(77));

    let before = Instant::now();
    let error = alice.request_with(Add::default(), config.clone()).await;
    assert!(
        matches!(error, Err(Error::DeadlineExceeded { .. })),
        "{error:?}"
    );
    assert_eq!(before.elapsed().as_secs(), 77);

    let late = fill(&alice, 0);
    let before = Instant::now();
    let error = alice
        .broadcast_with(Tick::of_size(late, ROOM), config)
        .await;
    assert!(matches!(error, Err(Error::Stalled { .. })), "{error:?}");
    assert_eq!(before.elapsed().as_secs(), 77);
}

#[tokio::test(start_paused = true)]
async fn with_require_all_one_receiver_without_the_event_is_an_error() {
    let (alice, bob) = narrow_pair().await;
    let _unread = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let late = fill(&alice, 0);
    let mut own = alice.stream::<Tick>().unwrap();

    let sent = alice.broadcast(Tick::of_size(late, ROOM)).await.unwrap();
    assert_eq!(
        (sent.count(), sent.undelivered()),
        (1, &["bob".to_owned()][..])
    );
    assert!(!sent.is_complete());

    let config = BroadcastConfig::new().require_all();
    let error = alice
        .broadcast_with(Tick::new(late), config)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(&error, Error::Stalled { event: "test.v1.Tick", endpoints } if endpoints == &["bob"]),
        "{text}"
    );
    assert!(
        text.contains("test.v1.Tick") && text.contains("bob"),
        "{text}"
    );
    assert_eq!(own.next().await.unwrap().number, late, "the others got it");
}

#[tokio::test]
async fn nowait_goes_to_whom_the_config_says() {
    let (alice, bob) = pair().await;
    let mut tocks = bob.stream::<Tock>().unwrap();
    let _own = alice.stream::<Tock>().unwrap();
    knows_subscriber::<Tock>(&alice, &bob).await;
    let config = BroadcastConfig::to("bob").header("k", "v");
    let sent = alice
        .broadcast_nowait_with(Tock { number: 7 }, config)
        .unwrap();
    assert_eq!(sent.count(), 1);
    let tock = tocks.next().await.unwrap();
    assert_eq!((tock.number, &*tock.headers()["k"]), (7, "v"));
}

#[tokio::test]
async fn an_endpoint_that_alone_is_meant_and_not_there_is_named() {
    let (alice, bob) = pair().await;
    let _ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let config = BroadcastConfig::to("bib").require_subscriber();
    let error = alice.broadcast_with(Tick::new(1), config).await;
    let text = error.unwrap_err().to_string();
    assert!(text.starts_with("bib is not connected"), "{text}");
}
