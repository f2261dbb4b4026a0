//! Requests and answers that break a rule, or lie.

use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc;
use lahja::Received;
use lahja::wire::{Broadcast, Failure, FailureCode, FrameBody, GoodbyeReason};
use lahja_tests::events::{Add, Blob, Fetch, Sum, frame_of, request_of};
use lahja_tests::raw::RawPeer;
use lahja_tests::scene::Scene;
use lahja_tests::within;

fn failed(body: &FrameBody) -> bool {
    matches!(body, FrameBody::Failure(_))
}

#[tokio::test]
async fn a_request_id_that_is_open_is_not_used_again() {
    let mut scene = Scene::new().await;
    let _unanswered = scene.victim.stream::<Add>().expect("it runs");
    let mut guest = scene.guest().await;
    for _ in 0..2 {
        let request = request_of(&Add::default(), 7);
        guest.send(FrameBody::Broadcast(request)).await;
    }
    let told = guest.expect_goodbye(GoodbyeReason::ProtocolError);
    let message = scene.during(told).await.message;
    assert!(message.contains('7'), "{message}");
}

#[tokio::test]
async fn a_request_that_does_not_decode_fails_and_the_next_is_answered() {
    let mut scene = Scene::new().await;
    let _answers = scene.victim.respond(|add: Received<Add>| async move {
        Sum {
            value: add.left + add.right,
        }
    });
    let mut guest = scene.guest().await;
    let broken = Broadcast {
        payload: vec![0xff; 9].into(),
        ..request_of(&Add::default(), 1)
    };
    guest.send(FrameBody::Broadcast(broken)).await;
    match scene.during(guest.until(failed)).await {
        FrameBody::Failure(Failure {
            response_to, code, ..
        }) => {
            assert_eq!((response_to, code), (1, FailureCode::DecodeFailed.into()));
        }
        other => panic!("no failure: {other:?}"),
    }
    let good = request_of(&Add { left: 2, right: 3 }, 2);
    guest.send(FrameBody::Broadcast(good)).await;
    let answer = scene.during(guest.broadcast()).await;
    assert_eq!(answer.response_to, 2);
    assert_eq!(answer.payload, frame_of(&Sum { value: 5 }).payload);
}

#[tokio::test]
async fn a_request_that_nobody_takes_fails() {
    let mut scene = Scene::new().await;
    let mut guest = scene.guest().await;
    let request = request_of(&Add::default(), 1);
    guest.send(FrameBody::Broadcast(request)).await;
    match scene.during(guest.until(failed)).await {
        FrameBody::Failure(failure) => assert_eq!(failure.code(), FailureCode::Unanswered),
        other => panic!("no failure: {other:?}"),
    }
}

#[tokio::test]
async fn only_who_was_asked_may_answer() {
    let mut scene = Scene::new().await;
    let (asked, mut asks) = mpsc::unbounded();
    let _answers = scene.innocent.subscribe(move |add: Received<Add>| {
        asked.unbounded_send(add).expect("the test waits");
    });
    let known = scene
        .victim
        .wait_until_endpoint_subscribed_to::<Add>("tara");
    within("the subscription", known).await.expect("it runs");
    let mut guest = scene.guest().await;
    let victim = scene.victim.clone();

    let forgery = async {
        let add = asks.next().await.expect("the request came");
        for response_to in 1..200 {
            let forged = Broadcast {
                response_to,
                ..frame_of(&Sum { value: 666 })
            };
            guest.send(FrameBody::Broadcast(forged)).await;
            let failure = Failure {
                response_to,
                ..Failure::default()
            };
            guest.send(FrameBody::Failure(failure)).await;
        }
        // An answer of the victim's proves that it has read all that came before.
        let probe = request_of(&Fetch::default(), 1);
        guest.send(FrameBody::Broadcast(probe)).await;
        guest.until(failed).await;
        add.reply(Sum { value: 5 }).expect("it is awaited");
    };
    let asking = async {
        let (sum, ()) = tokio::join!(victim.request(Add::default()), forgery);
        sum
    };
    let sum = scene.during(asking).await.expect("the innocent answers");
    assert_eq!(sum, Sum { value: 5 });
}

/// A scene whose victim leaves little unwritten, and takes its time to part.
async fn scene_of_little_patience() -> Scene {
    let configure = |builder: lahja::EndpointBuilder| {
        builder
            .unwritten_control(256 * 1024)
            .drain_timeout(Duration::from_secs(60))
    };
    Scene::with(configure).await
}

fn blob_for(fetch: &Fetch) -> Blob {
    Blob {
        content: vec![0; fetch.size as usize],
    }
}

async fn ask_for_blobs(guest: &mut RawPeer) {
    for request_id in 1..=500 {
        let request = request_of(&Fetch { size: 4096 }, request_id);
        guest.send(FrameBody::Broadcast(request)).await;
    }
}

#[tokio::test]
async fn who_leaves_too_many_answers_unread_is_disconnected() {
    let mut scene = scene_of_little_patience().await;
    let mut asked = scene.victim.stream::<Fetch>().expect("it runs");
    let mut guest = scene.guest().await;
    // Replies that are made by hand wait for nothing.
    let replying = async {
        while let Some(fetch) = asked.next().await {
            let blob = blob_for(&fetch);
            fetch.reply(blob).expect("it is a request");
        }
    };
    let told = async {
        ask_for_blobs(&mut guest).await;
        guest.expect_goodbye(GoodbyeReason::SlowConsumer).await
    };
    let told = async {
        tokio::select! {
            () = replying => panic!("the victim runs"),
            told = told => told,
        }
    };
    scene.during(told).await;
}

#[tokio::test]
async fn who_leaves_a_responders_answers_unread_gets_them_once_it_reads() {
    let mut scene = scene_of_little_patience().await;
    let _answers = scene
        .victim
        .respond(|fetch: Received<Fetch>| async move { blob_for(&fetch) });
    let mut guest = scene.guest().await;
    scene.during(ask_for_blobs(&mut guest)).await;
    let reads = async {
        let mut answers = 0;
        while answers < 500 {
            let said = guest.next().await.expect("the victim goes on");
            answers += usize::from(matches!(said, FrameBody::Broadcast(_)));
        }
    };
    scene.during(reads).await;
}

#[tokio::test]
async fn who_asks_what_must_be_refused_and_never_reads_is_disconnected() {
    let mut scene = scene_of_little_patience().await;
    let mut guest = scene.guest().await;
    let told = async {
        for request_id in 1..=40_000 {
            let request = request_of(&Add::default(), request_id);
            guest.send(FrameBody::Broadcast(request)).await;
        }
        guest.expect_goodbye(GoodbyeReason::SlowConsumer).await
    };
    scene.during(told).await;
}

#[tokio::test]
async fn who_asks_more_than_the_window_holds_is_refused() {
    let mut scene = Scene::with(|builder| builder.window(64 * 1024)).await;
    let _unanswered = scene.victim.stream::<Add>().expect("it runs");
    let mut guest = scene.guest().await;
    for request_id in 1..=2000 {
        let request = request_of(&Add::default(), request_id);
        guest.send(FrameBody::Broadcast(request)).await;
    }
    let told = guest.expect_goodbye(GoodbyeReason::ProtocolError);
    scene.during(told).await;
}

#[tokio::test]
async fn the_largest_request_id_is_one_like_any_other() {
    let mut scene = Scene::new().await;
    let _answers = scene
        .victim
        .respond(|_: Received<Add>| async { Sum { value: 1 } });
    let mut guest = scene.guest().await;
    let request = request_of(&Add::default(), u64::MAX);
    guest.send(FrameBody::Broadcast(request)).await;
    let answer = scene.during(guest.broadcast()).await;
    assert_eq!(answer.response_to, u64::MAX);
}
