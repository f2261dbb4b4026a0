//! How a connection opens, and how it does not.

use std::time::Duration;

use lahja::wire::{FrameBody, GoodbyeReason, Hello};
use lahja_tests::events::{Tick, frame_of};
use lahja_tests::raw::{RawPeer, hello, subscriptions};
use lahja_tests::scene::{INNOCENT, Scene, VICTIM};
use lahja_tests::within;

/// What a stranger gets for this `Hello`.
async fn refusal(scene: &mut Scene, hello: Hello, reason: GoodbyeReason) -> String {
    let mut stranger = scene.stranger().await;
    let refused = async {
        stranger.send(FrameBody::Hello(hello)).await;
        stranger.expect_goodbye(reason).await
    };
    scene.during(refused).await.message
}

#[tokio::test]
async fn who_says_nothing_is_closed_at_the_handshake_timeout() {
    let mut scene = Scene::impatient().await;
    let mut silent = scene.stranger().await;
    scene.during(silent.expect_end()).await;
}

#[tokio::test]
async fn who_says_hello_and_nothing_more_is_told_so() {
    let mut scene = Scene::impatient().await;
    let mut half = scene.stranger().await;
    half.send(FrameBody::Hello(hello("half"))).await;
    let told = half.expect_goodbye(GoodbyeReason::ProtocolError);
    let goodbye = scene.during(told).await;
    assert!(
        goodbye.message.contains("subscriptions"),
        "{}",
        goodbye.message
    );
}

#[tokio::test]
async fn the_handshake_timeout_counts_in_all_not_from_byte_to_byte() {
    let mut scene = Scene::impatient().await;
    let mut slow = scene.stranger().await;
    let end = async {
        slow.write(&60_000u32.to_le_bytes()).await;
        // At this pace, all of it would take minutes.
        let mut pace = tokio::time::interval(Duration::from_millis(10));
        loop {
            tokio::select! {
                () = slow.expect_end() => return,
                _ = pace.tick() => {}
            }
            slow.write(&[0]).await;
        }
    };
    scene.during(end).await;
}

#[tokio::test]
async fn a_crowd_of_silent_strangers_keeps_nobody_out() {
    let mut scene = Scene::impatient().await;
    let mut crowd = Vec::new();
    for _ in 0..150 {
        crowd.push(scene.stranger().await);
    }
    let carol = scene.at.serve("carol").await;
    let connected = scene.during(carol.connect_to(VICTIM)).await;
    connected.expect("the crowd was sent away");
}

#[tokio::test]
async fn the_first_frame_must_be_a_hello() {
    let mut scene = Scene::new().await;
    for first in [
        FrameBody::Broadcast(frame_of(&Tick::new(1))),
        FrameBody::Subscriptions(subscriptions(1, Vec::new())),
    ] {
        let mut stranger = scene.stranger().await;
        stranger.send(first).await;
        let told = stranger.expect_goodbye(GoodbyeReason::ProtocolError);
        scene.during(told).await;
    }
}

#[tokio::test]
async fn a_second_hello_is_refused() {
    let mut scene = Scene::new().await;
    let mut guest = scene.guest().await;
    guest.send(FrameBody::Hello(hello("guest"))).await;
    let told = guest.expect_goodbye(GoodbyeReason::ProtocolError);
    scene.during(told).await;
}

#[tokio::test]
async fn an_event_before_the_subscriptions_is_refused() {
    let mut scene = Scene::new().await;
    let mut hasty = scene.stranger().await;
    hasty.send(FrameBody::Hello(hello("hasty"))).await;
    hasty
        .send(FrameBody::Broadcast(frame_of(&Tick::new(1))))
        .await;
    let told = hasty.expect_goodbye(GoodbyeReason::ProtocolError);
    scene.during(told).await;
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_given_twice() {
    let mut scene = Scene::new().await;
    for taken in [VICTIM, INNOCENT] {
        let message = refusal(&mut scene, hello(taken), GoodbyeReason::NameTaken).await;
        assert!(message.contains(taken), "{message}");
    }
    let guest = scene.guest().await;
    refusal(&mut scene, hello("guest"), GoodbyeReason::Duplicate).await;
    let imposter = Hello {
        instance: 0x2222,
        ..hello("guest")
    };
    refusal(&mut scene, imposter, GoodbyeReason::NameTaken).await;
    drop(guest);
}

#[tokio::test]
async fn version_0_is_refused_and_a_later_one_is_not() {
    let mut scene = Scene::new().await;
    let version = |protocol_version| Hello {
        protocol_version,
        ..hello("guest")
    };
    refusal(&mut scene, version(0), GoodbyeReason::UnsupportedVersion).await;
    let mut later = scene.stranger().await;
    later.send(FrameBody::Hello(version(7))).await;
    let admitted = scene.during(later.next()).await;
    match admitted {
        Some(FrameBody::Hello(hello)) => assert_eq!(hello.protocol_version, 1),
        other => panic!("expected a hello: {other:?}"),
    }
}

#[tokio::test]
async fn who_dies_is_forgotten_and_may_come_back_at_once_as_another() {
    let scene = Scene::new().await;
    for instance in 1..200 {
        let mut peer = RawPeer::connect(&scene.socket()).await;
        let hello = Hello {
            instance,
            ..hello("phoenix")
        };
        peer.send(FrameBody::Hello(hello)).await;
        let admitted = within("the answer", peer.next()).await;
        assert!(
            matches!(admitted, Some(FrameBody::Hello(_))),
            "{admitted:?}"
        );
    }
}
