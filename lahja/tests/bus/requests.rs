//! Questions and their answers.

use std::time::Duration;

use futures::FutureExt;
use lahja::prost::Message;
use lahja::wire::{Broadcast, FrameBody, GoodbyeReason};
use lahja::{BroadcastConfig, Endpoint, Error, Event, Received};

use tempfile::TempDir;

use crate::events::*;
use crate::raw::RawPeer;
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
                event: "test.v1.Add",
                ..
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

#[tokio::test]
async fn the_first_good_answer_wins_and_the_others_are_cancelled() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    let carol = serve("carol", &directory).await;
    alice.connect_to("carol").await.unwrap();
    let mut asked = Vec::new();
    for endpoint in [&alice, &bob, &carol] {
        asked.push(endpoint.stream::<Add>().unwrap());
        knows_subscriber::<Add>(&alice, endpoint).await;
    }
    for winner in 0..asked.len() {
        let answering = async {
            let mut replies = Vec::new();
            for requests in &mut asked {
                replies.push(requests.next().await.unwrap().into_parts().1);
            }
            replies
                .remove(winner)
                .send(Sum::new(winner as i64))
                .unwrap();
            for late in replies {
                soon(late.cancelled()).await;
            }
        };
        let (sum, ()) = tokio::join!(alice.request(Add::default()), answering);
        assert_eq!(sum.unwrap(), Sum::new(winner as i64));
    }
}

/// Who answers more at once than it may leave unwritten, and who asks.
async fn asker_of_pages(directory: &TempDir) -> (Endpoint, Endpoint) {
    let bob = builder("bob", directory).unwritten_control(1024 * 1024);
    let bob = bob.serve().await.unwrap();
    let alice = serve("alice", directory).await;
    alice.connect_to("bob").await.unwrap();
    (alice, bob)
}

async fn asks_for_pages(alice: &Endpoint) {
    let asked = (0..200).map(|_| alice.request(GetPage { bytes: 100_000 }));
    for page in futures::future::join_all(asked).await {
        assert_eq!(page.unwrap().text.len(), 100_000);
    }
}

#[tokio::test]
async fn a_peer_that_reads_is_given_its_answers_as_it_reads_them() {
    let directory = directory();
    let (alice, bob) = asker_of_pages(&directory).await;
    let _answers = bob
        .respond(|get: Received<GetPage>| async move { get.page() })
        .unwrap();
    knows_subscriber::<GetPage>(&alice, &bob).await;
    asks_for_pages(&alice).await;
}

#[tokio::test]
async fn answers_that_were_waited_for_are_given_as_they_are_read_too() {
    let directory = directory();
    let (alice, bob) = asker_of_pages(&directory).await;
    let _answers = bob
        .respond(|get: Received<GetPage>| async move {
            tokio::task::yield_now().await;
            get.page()
        })
        .unwrap();
    knows_subscriber::<GetPage>(&alice, &bob).await;
    asks_for_pages(&alice).await;
}

#[tokio::test]
async fn a_peer_that_reads_no_answers_loses_its_connection() {
    let directory = directory();
    let alice = builder("alice", &directory)
        .unwritten_control(64 * 1024)
        .drain_timeout(Duration::from_millis(50));
    let alice = alice.serve().await.unwrap();
    let mut asked = alice.stream::<Add>().unwrap();
    let mut deaf = RawPeer::connect("deaf", &directory.path().join("alice.ipc")).await;
    deaf.subscribe::<Tick>(0).await;
    alice.wait_until_connected_to("deaf").await.unwrap();

    let mut request_id = 0;
    while alice.is_connected_to("deaf") {
        request_id += 1;
        assert!(request_id < 1_000_000, "nothing bounds what is unread");
        deaf.say(FrameBody::Broadcast(Broadcast {
            type_id: Add::TYPE_ID.get(),
            request_id,
            ..Broadcast::default()
        }))
        .await;
        // By hand, as a responder would wait for the peer to read.
        if let Some(Some(add)) = asked.next().now_or_never() {
            let sum = add.sum();
            add.reply(sum).unwrap();
        }
        tokio::task::yield_now().await;
    }

    while let Some(said) = deaf.next().await {
        if let FrameBody::Goodbye(goodbye) = said {
            assert_eq!(goodbye.reason(), GoodbyeReason::SlowConsumer);
        }
    }
    drop(asked);
}

#[tokio::test]
async fn a_peer_that_reads_no_answers_delays_nobody_elses() {
    let directory = directory();
    let (alice, bob) = asker_of_pages(&directory).await;
    let _answers = bob
        .respond(|get: Received<GetPage>| async move { get.page() })
        .unwrap();
    let mut deaf = RawPeer::connect("deaf", &directory.path().join("bob.ipc")).await;
    deaf.subscribe::<Tick>(0).await;
    knows_subscriber::<GetPage>(&alice, &bob).await;
    for request_id in 1..=200 {
        deaf.say(FrameBody::Broadcast(Broadcast {
            type_id: GetPage::TYPE_ID.get(),
            payload: GetPage { bytes: 100_000 }.encode_to_vec().into(),
            request_id,
            ..Broadcast::default()
        }))
        .await;
    }
    soon(asks_for_pages(&alice)).await;
    assert!(bob.is_connected_to("deaf"), "it may still begin to read");
    let mut answers = 0;
    while answers < 200 {
        let said = deaf.next().await.expect("bob goes on");
        answers += usize::from(matches!(said, FrameBody::Broadcast(_)));
    }
}
