//! Compression: when the sender wants it and the receiver can read it.

use lahja::prost::Message;
use lahja::wire::{Compression, FrameBody, decompress};
use lahja::{BroadcastConfig, Endpoint, Received};
use tempfile::TempDir;

use crate::events::{Add, Tick};
use crate::raw::{RawPeer, hello};
use crate::support::*;

const ABOVE: usize = 1_000;

async fn compressing(directory: &TempDir) -> Endpoint {
    let builder = builder("alice", directory).compress_above(ABOVE);
    builder.serve().await.expect("the name is free")
}

#[tokio::test]
async fn events_above_the_size_are_compressed_and_others_are_not() {
    let directory = directory();
    let alice = compressing(&directory).await;
    let mut peer = RawPeer::connect("raw", &directory.path().join("alice.ipc")).await;
    peer.subscribe::<Tick>(0).await;
    alice
        .wait_until_endpoint_subscribed_to::<Tick>("raw")
        .await
        .unwrap();

    let small = Tick::of_size(1, 100);
    let _ = alice.broadcast(small.clone()).await.unwrap();
    let event = peer.next_broadcast().await;
    assert_eq!(event.compression, i32::from(Compression::Unspecified));
    assert_eq!(Tick::decode(event.payload).unwrap(), small);

    let large = Tick::of_size(2, 100_000);
    let config = BroadcastConfig::new().header("k", "v");
    let _ = alice.broadcast_with(large.clone(), config).await.unwrap();
    let event = peer.next_broadcast().await;
    assert_eq!(event.compression, i32::from(Compression::Snappy));
    assert!(event.payload.len() < 10_000, "zeros compress well");
    assert_eq!(event.headers["k"], "v");
    let payload = decompress(&event.payload, 1 << 20).unwrap();
    assert_eq!(Tick::decode(&payload[..]).unwrap(), large);
}

#[tokio::test]
async fn a_peer_that_cannot_decompress_gets_plain_events() {
    let directory = directory();
    let alice = compressing(&directory).await;
    let mut plain = hello("raw");
    plain.compressions.clear();
    let socket = directory.path().join("alice.ipc");
    let mut peer = RawPeer::connect_as(plain, &socket).await;
    peer.subscribe::<Tick>(0).await;
    alice
        .wait_until_endpoint_subscribed_to::<Tick>("raw")
        .await
        .unwrap();
    let large = Tick::of_size(2, 10_000);
    let _ = alice.broadcast(large.clone()).await.unwrap();
    let event = peer.next_broadcast().await;
    assert_eq!(event.compression, i32::from(Compression::Unspecified));
    assert_eq!(Tick::decode(event.payload).unwrap(), large);
}

#[tokio::test]
async fn compressed_events_and_answers_arrive_whoever_compresses() {
    let directory = directory();
    let (alice, bob) = (
        compressing(&directory).await,
        serve("bob", &directory).await,
    );
    bob.connect_to("alice").await.unwrap();
    for (sender, receiver) in [(&alice, &bob), (&bob, &alice)] {
        let mut ticks = receiver.stream::<Tick>().unwrap();
        knows_subscriber::<Tick>(sender, receiver).await;
        for size in [0, ABOVE - 10, ABOVE + 10, 100_000, 1_000_000] {
            let config = BroadcastConfig::to(receiver.name()).header("size", size.to_string());
            let sent = sender
                .broadcast_with(Tick::of_size(1, size), config)
                .await
                .unwrap();
            assert_eq!(sent.count(), 1);
            let tick = ticks.next().await.unwrap();
            assert_eq!(*tick, Tick::of_size(1, size));
            assert_eq!(tick.headers()["size"], size.to_string());
        }
    }
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    assert_eq!(alice.request(Add::new(2, 3)).await.unwrap().value, 5);
}

#[tokio::test]
async fn a_payload_that_does_not_decompress_costs_that_event_alone() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let mut peer = RawPeer::connect("raw", &directory.path().join("alice.ipc")).await;
    peer.subscribe::<Add>(0).await;
    alice
        .wait_until_endpoint_subscribed_to::<Add>("raw")
        .await
        .unwrap();
    let event = |compression: Compression, payload: Vec<u8>| {
        FrameBody::Broadcast(lahja::wire::Broadcast {
            type_id: <Tick as lahja::Event>::TYPE_ID.get(),
            payload: payload.into(),
            compression: compression.into(),
            ..Default::default()
        })
    };
    peer.say(event(Compression::Snappy, vec![0xff; 9])).await;
    let good = Tick::new(1).encode_to_vec();
    peer.say(event(Compression::Unspecified, good)).await;
    let tick = ticks.next().await.unwrap();
    assert_eq!((tick.number, tick.missed(), tick.origin()), (1, 1, "raw"));
    assert!(alice.is_connected_to("raw"));
}
