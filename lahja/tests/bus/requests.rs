//! Questions and their answers.

use std::time::Duration;

use lahja::{BroadcastConfig, Endpoint, Error, Received};

use crate::events::*;
use crate::support::*;

#[tokio::test]
async fn a_handler_answers() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| async move {
            Sum {
                value: add.left + add.right,
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let sum = alice.request(Add { left: 2, right: 3 }).await.unwrap();
    assert_eq!(sum, Sum { value: 5 });
}

#[tokio::test]
async fn a_request_that_nobody_subscribes_to_fails_at_once() {
    let (alice, _bob) = pair().await;
    let error = alice.request(Add::default()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::NoSubscribers {
                event: "test.v1.Add"
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn the_other_holders_of_a_request_learn_that_it_is_answered() {
    let (alice, bob) = pair().await;
    for endpoint in [&alice, &bob] {
        let mut one = endpoint.stream::<Add>().unwrap();
        let mut other = endpoint.stream::<Add>().unwrap();
        knows_subscriber::<Add>(&alice, endpoint).await;
        let config = BroadcastConfig::to(endpoint.name());
        let answering = async {
            let (_, one) = one.next().await.unwrap().into_parts();
            let (_, other) = other.next().await.unwrap().into_parts();
            one.send(Sum::new(1)).unwrap();
            other.cancelled().await;
            other.send(Sum::new(2)).unwrap();
        };
        let asking = alice.request_with(Add::default(), config);
        let (sum, ()) = soon(async { tokio::join!(asking, answering) }).await;
        assert_eq!(sum.unwrap(), Sum::new(1));
    }
}

#[tokio::test(start_paused = true)]
async fn no_timeout_is_too_long() {
    let forever = |name| {
        Endpoint::builder(name)
            .request_timeout(Duration::MAX)
            .broadcast_timeout(Duration::MAX)
            .drain_timeout(Duration::MAX)
            .handshake_timeout(Duration::MAX)
    };
    let (alice, bob) = pair_of(forever("alice"), forever("bob")).await;
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let config = BroadcastConfig::new().timeout(Duration::MAX);
    let sum = alice.request_with(Add::new(2, 3), config).await.unwrap();
    assert_eq!(sum, Sum::new(5));
    assert!(alice.stop().await.is_complete());
}
