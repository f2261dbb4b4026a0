//! Errors that nothing else here brings about, and what they say.

use std::time::Duration;

use lahja::wire::MAX_FRAME_LEN_BEFORE_HELLO;
use lahja::{Endpoint, EndpointBuilder, Error, Event, Received, TypeId};

use crate::events::{Add, Sum, Tick, Tock};
use crate::support::*;

/// Two names under one ID: a collision, as hashes have one in 2^64 times.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", type_id = 7)]
struct Seven {}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", type_id = 7)]
struct AlsoSeven {}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", response = LargeAnswer)]
struct AskForMuch {
    bytes: u64,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
struct LargeAnswer {
    bytes: Vec<u8>,
}

fn assert_names(error: &Error, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{text}` names {part}");
    }
}

#[tokio::test]
async fn two_names_of_one_type_id_are_an_error_where_the_second_is_used() {
    assert_eq!(
        (Seven::TYPE_ID, TypeId::new(7)),
        (AlsoSeven::TYPE_ID, TypeId::new(7))
    );
    let (alice, bob) = pair().await;
    let _sevens = alice.stream::<Seven>().unwrap();
    let collides = |error: Error| {
        assert!(matches!(error, Error::TypeIdCollision { .. }), "{error}");
        assert_names(&error, &["test.v1.Seven", "test.v1.AlsoSeven", "type_id"]);
    };
    collides(alice.stream::<AlsoSeven>().map(drop).unwrap_err());
    collides(alice.broadcast(AlsoSeven {}).await.unwrap_err());
    collides(alice.wait_for::<AlsoSeven>().await.map(drop).unwrap_err());

    // A peer that uses the other name is cut off; the own name wins.
    let _others = bob.stream::<AlsoSeven>().unwrap();
    until(|| !alice.is_connected_to("bob")).await;
    assert_eq!(alice.broadcast(Seven {}).await.unwrap().count(), 1);
}

#[tokio::test]
async fn an_event_larger_than_a_receiver_takes_goes_to_nobody_and_the_link_lives() {
    let limit = MAX_FRAME_LEN_BEFORE_HELLO;
    let bob = Endpoint::builder("bob").max_frame_len(limit);
    let (alice, bob) = pair_of(Endpoint::builder("alice"), bob).await;
    let mut own = alice.stream::<Tick>().unwrap();
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    for error in [
        alice.broadcast(Tick::of_size(1, limit)).await.unwrap_err(),
        alice.broadcast_nowait(Tick::of_size(1, limit)).unwrap_err(),
    ] {
        assert!(
            matches!(&error, Error::TooLarge { event: "test.v1.Tick", endpoint, len, limit: told }
                if endpoint == "bob" && *told == limit && *len > limit),
            "{error}"
        );
        assert_names(&error, &["test.v1.Tick", "bob", "65536"]);
    }
    let _ = alice
        .broadcast(Tick::of_size(2, limit - 100))
        .await
        .unwrap();
    assert_eq!(own.next().await.unwrap().number, 2);
    assert_eq!(ticks.next().await.unwrap().number, 2);
}

#[tokio::test]
async fn an_event_larger_than_its_sender_allows_is_its_own_fault() {
    let alice = Endpoint::builder("alice").max_frame_len(MAX_FRAME_LEN_BEFORE_HELLO);
    let (alice, bob) = pair_of(alice, Endpoint::builder("bob")).await;
    let _ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let error = alice
        .broadcast(Tick::of_size(1, 100_000))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::TooLarge { endpoint, .. } if endpoint == "alice"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_an_error_at_both_ends() {
    let limit = MAX_FRAME_LEN_BEFORE_HELLO;
    let alice = Endpoint::builder("alice").max_frame_len(limit);
    let (alice, bob) = pair_of(alice, Endpoint::builder("bob")).await;
    let mut requests = bob.stream::<AskForMuch>().unwrap();
    knows_subscriber::<AskForMuch>(&alice, &bob).await;
    let answering = async {
        for _ in 0..2 {
            let request = requests.next().await.unwrap();
            let bytes = vec![1; request.bytes as usize];
            match request.reply(LargeAnswer { bytes }) {
                Ok(()) => {}
                Err(error) => {
                    assert!(
                        matches!(&error, Error::TooLarge { endpoint, .. } if endpoint == "alice"),
                        "{error}"
                    );
                }
            }
        }
    };
    let asking = async {
        let bytes = limit as u64;
        let error = alice.request(AskForMuch { bytes }).await.unwrap_err();
        assert!(
            matches!(&error, Error::HandlerFailed { message, .. } if message.contains("65536")),
            "{error}"
        );
        let answer = alice.request(AskForMuch { bytes: 10 }).await.unwrap();
        assert_eq!(answer.bytes.len(), 10);
    };
    tokio::join!(asking, answering);
}

#[tokio::test]
async fn an_option_that_makes_no_sense_is_an_error_that_names_it() {
    type Set = fn(EndpointBuilder) -> EndpointBuilder;
    let wrong: [(&str, Set); 4] = [
        ("max_frame_len", |builder| builder.max_frame_len(1_000)),
        ("window", |builder| builder.window(0)),
        ("handlers", |builder| builder.handlers(0)),
        ("busy_poll", |builder| builder.busy_poll(Duration::MAX)),
    ];
    let parent = directory();
    let nowhere = parent.path().join("d");
    for (name, set) in wrong {
        let builder = || set(Endpoint::builder("alice").directory(&nowhere));
        let tried = [
            builder().serve().await.map(drop),
            builder().start().await.map(drop),
            builder().pair(Endpoint::builder("bob")).await.map(drop),
        ];
        for error in tried.map(Result::unwrap_err) {
            assert!(
                matches!(&error, Error::InvalidOption { option, .. } if *option == name),
                "{error}"
            );
            assert_names(&error, &[name]);
        }
    }
    assert!(!nowhere.exists(), "nothing was touched");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_answers_ends_at_its_deadline_and_names_who_had_it() {
    let (alice, bob) = pair().await;
    let _unread = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let before = tokio::time::Instant::now();
    let error = alice.request(Add::default()).await.unwrap_err();
    assert_eq!(before.elapsed().as_secs(), 10);
    let ten = Duration::from_secs(10);
    assert!(
        matches!(error, Error::DeadlineExceeded { after, .. } if after == ten),
        "{error}"
    );
    assert_names(&error, &["test.v1.Add", "bob", "10s"]);
}

#[tokio::test]
async fn the_last_of_several_candidates_that_fail_gives_the_reason() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    let carol = serve("carol", &directory).await;
    alice.connect_to("carol").await.unwrap();
    let _failing = bob
        .respond(|_: Received<Add>| async { Err::<Sum, _>("bob can't") })
        .unwrap();
    let mut last = carol.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    knows_subscriber::<Add>(&alice, &carol).await;

    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::default()).await }
    });
    let request = last.next().await.unwrap();
    // Bob's failure alone does not end it: carol still answers, and that counts.
    let sure = alice.request_with(Add::default(), lahja::BroadcastConfig::to("bob"));
    assert!(sure.await.is_err());
    assert!(!asking.is_finished());
    request.reply(Sum::new(1)).unwrap();
    assert_eq!(asking.await.unwrap().unwrap(), Sum::new(1));

    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::default()).await }
    });
    let request = last.next().await.unwrap();
    let sure = alice.request_with(Add::default(), lahja::BroadcastConfig::to("bob"));
    assert!(sure.await.is_err());
    drop(request);
    let error = asking.await.unwrap().unwrap_err();
    assert!(
        matches!(&error, Error::Unanswered { endpoint, .. } if endpoint == "carol"),
        "{error}"
    );
}

#[tokio::test]
async fn a_broadcast_that_nobody_subscribes_to_is_no_error_and_a_request_is() {
    let (alice, _bob) = pair().await;
    assert_eq!(alice.broadcast(Tock::default()).await.unwrap().count(), 0);
    let error = alice.request(Add::default()).await.unwrap_err();
    assert_names(&error, &["test.v1.Add", "wait_for_subscriber"]);
}

#[tokio::test]
async fn an_event_whose_name_is_none_is_an_error_and_no_end_of_connections() {
    #[derive(Clone, PartialEq, lahja::prost::Message)]
    #[prost(prost_path = "lahja::prost")]
    struct ByHand {}
    impl lahja::Event for ByHand {
        const NAME: &'static str = "not a name";
    }

    let (alice, bob) = pair().await;
    let error = alice.stream::<ByHand>().map(drop).unwrap_err();
    assert!(matches!(error, Error::InvalidName(_)), "{error}");
    assert_names(&error, &["not a name"]);
    let error = alice.broadcast(ByHand {}).await.unwrap_err();
    assert!(matches!(error, Error::InvalidName(_)), "{error}");
    assert!(alice.is_connected_to("bob") && bob.is_connected_to("alice"));
}
