//! Changes of subscriptions that make no sense.

use lahja::wire::{EventType, FrameBody, GoodbyeReason, Subscriptions, TypeId};
use lahja_tests::events::{Sum, Tick};
use lahja_tests::raw::{RawPeer, ack, subscriptions, type_of};
use lahja_tests::scene::Scene;

/// What a guest gets who says this.
async fn refusal(scene: &mut Scene, said: FrameBody) -> String {
    let mut guest = scene.guest().await;
    guest.send(said).await;
    let told = guest.expect_goodbye(GoodbyeReason::ProtocolError);
    scene.during(told).await.message
}

fn numbered(number: usize) -> EventType {
    let name = format!("hostile.v1.T{number}");
    EventType {
        id: TypeId::of(&name).get(),
        name,
        window: 0,
    }
}

#[tokio::test]
async fn a_revision_that_is_not_the_next_is_refused() {
    let mut scene = Scene::new().await;
    for revision in [0, 1, 3, u64::MAX] {
        let change = subscriptions(revision, Vec::new());
        let message = refusal(&mut scene, FrameBody::Subscriptions(change)).await;
        assert!(message.contains(&revision.to_string()), "{message}");
    }
}

#[tokio::test]
async fn a_type_that_is_added_twice_is_refused() {
    let mut scene = Scene::new().await;
    let twice = vec![type_of::<Sum>(), type_of::<Sum>()];
    let message = refusal(
        &mut scene,
        FrameBody::Subscriptions(subscriptions(2, twice)),
    )
    .await;
    assert!(message.contains("test.v1.Sum"), "{message}");
}

#[tokio::test]
async fn one_type_more_than_the_limit_is_refused() {
    let mut scene = Scene::new().await;
    let most = (0..4096).map(numbered).collect();
    let mut guest = RawPeer::open_wanting(&scene.socket(), "guest", most).await;
    let one_more = subscriptions(2, vec![numbered(4096)]);
    guest.send(FrameBody::Subscriptions(one_more)).await;
    let told = guest.expect_goodbye(GoodbyeReason::ProtocolError);
    let message = scene.during(told).await.message;
    assert!(message.contains("4096"), "{message}");
}

#[tokio::test]
async fn a_name_under_an_id_that_the_endpoint_uses_for_another_is_refused() {
    let mut scene = Scene::new().await;
    let colliding = EventType {
        name: "hostile.v1.Tick".to_owned(),
        ..type_of::<Tick>()
    };
    let change = subscriptions(2, vec![colliding]);
    let message = refusal(&mut scene, FrameBody::Subscriptions(change)).await;
    assert!(message.contains("hostile.v1.Tick"), "{message}");
    assert!(message.contains("test.v1.Tick"), "{message}");
}

#[tokio::test]
async fn an_ack_of_what_was_never_sent_is_refused() {
    let mut scene = Scene::new().await;
    refusal(&mut scene, ack(99)).await;
}

#[tokio::test]
async fn removing_what_is_not_subscribed_is_acknowledged() {
    let mut scene = Scene::new().await;
    let mut guest = scene.guest().await;
    let removal = Subscriptions {
        revision: 2,
        removed: vec![Sum::type_id()],
        ..Subscriptions::default()
    };
    guest.send(FrameBody::Subscriptions(removal)).await;
    scene.during(guest.until(|body| *body == ack(2))).await;
}

/// The ID of an event as it is on the wire.
trait WireId {
    fn type_id() -> u64;
}

impl<E: lahja::Event> WireId for E {
    fn type_id() -> u64 {
        E::TYPE_ID.get()
    }
}
