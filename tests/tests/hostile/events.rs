//! Events that break a rule, or lie.

use lahja::wire::{Broadcast, Cancel, Credit, Failure, FrameBody, GoodbyeReason, Grant};
use lahja_tests::events::{Add, Sum, Tick, frame_of};
use lahja_tests::scene::Scene;
use lahja_tests::within;

#[tokio::test]
async fn a_window_that_is_overdrawn_twice_is_refused() {
    let mut scene = Scene::with(|builder| builder.window(1000)).await;
    let _unread = scene.victim.stream::<Sum>().expect("it runs");
    let mut guest = scene.guest().await;
    for _ in 0..40 {
        let sum = Sum { value: 1 };
        guest.send(FrameBody::Broadcast(frame_of(&sum))).await;
    }
    let told = guest.expect_goodbye(GoodbyeReason::ProtocolError);
    let message = scene.during(told).await.message;
    assert!(message.contains("window"), "{message}");
}

#[tokio::test]
async fn an_event_that_does_not_decode_costs_itself_and_is_told_as_missed() {
    let mut scene = Scene::new().await;
    let mut sums = scene.victim.stream::<Sum>().expect("it runs");
    let mut guest = scene.guest().await;
    let broken = Broadcast {
        payload: vec![0xff; 9].into(),
        ..frame_of(&Sum::default())
    };
    for _ in 0..3 {
        guest.send(FrameBody::Broadcast(broken.clone())).await;
    }
    let good = frame_of(&Sum { value: 5 });
    guest.send(FrameBody::Broadcast(good)).await;
    let sum = scene.during(sums.next()).await.expect("the victim runs");
    assert_eq!((sum.value, sum.missed()), (5, 3));
}

#[tokio::test]
async fn an_event_comes_from_its_connection_whatever_it_says() {
    let mut scene = Scene::new().await;
    let mut sums = scene.victim.stream::<Sum>().expect("it runs");
    let mut guest = scene.guest().await;
    let forged = Broadcast {
        headers: [("origin".to_owned(), "tara".to_owned())].into(),
        ..frame_of(&Sum { value: 5 })
    };
    guest.send(FrameBody::Broadcast(forged)).await;
    let sum = scene.during(sums.next()).await.expect("the victim runs");
    assert_eq!(sum.origin(), "guest");
}

#[tokio::test]
async fn what_means_nothing_here_is_passed_over() {
    let mut scene = Scene::new().await;
    let mut sums = scene.victim.stream::<Sum>().expect("it runs");
    let mut guest = scene.guest().await;
    let nothing = [
        FrameBody::Broadcast(frame_of(&Add::default())),
        FrameBody::Broadcast(Broadcast {
            response_to: 4711,
            ..frame_of(&Sum::default())
        }),
        FrameBody::Failure(Failure {
            response_to: 4711,
            ..Failure::default()
        }),
        FrameBody::Cancel(Cancel { request_id: 4711 }),
        FrameBody::Credit(Credit {
            grants: vec![Grant {
                type_id: 4711,
                bytes: u64::MAX,
            }],
        }),
    ];
    for body in nothing {
        guest.send(body).await;
    }
    guest.write(&[0; 4]).await;
    guest
        .send(FrameBody::Broadcast(frame_of(&Sum { value: 5 })))
        .await;
    let sum = scene.during(sums.next()).await.expect("the victim runs");
    assert_eq!(sum.value, 5);
}

#[tokio::test]
async fn what_a_peer_sent_before_it_vanished_is_delivered() {
    let mut scene = Scene::new().await;
    let mut ticks = scene.victim.stream::<Tick>().expect("it runs");
    let mut guest = scene.guest().await;
    for number in 0..50 {
        let tick = Tick::of_size(number, 3000);
        guest.send(FrameBody::Broadcast(frame_of(&tick))).await;
    }
    // It has read nothing of what was said to it since, and hears no more.
    drop(guest);
    for number in 0..50 {
        let tick = within("what was sent", ticks.next()).await;
        assert_eq!(tick.expect("the victim runs").number, number);
    }
    drop(ticks);
    scene.during(async {}).await;
}
