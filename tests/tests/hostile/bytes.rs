//! Bytes that are no frames, or come in pieces.

use std::time::Duration;

use lahja::prost::Message;
use lahja::wire::{Frame, FrameBody, GoodbyeReason};
use lahja_tests::events::{Blob, Tick, frame_of};
use lahja_tests::raw::{RawPeer, hello, subscriptions};
use lahja_tests::scene::Scene;
use lahja_tests::vectors::{Refused, refused};
use lahja_tests::{eventually, within};
use tokio::io::AsyncWriteExt;

/// A frame as it is on the stream.
fn encoded(body: FrameBody) -> Vec<u8> {
    let body = Frame { body: Some(body) }.encode_to_vec();
    let len = u32::try_from(body.len()).expect("a small frame");
    [&len.to_le_bytes()[..], &body].concat()
}

fn blob() -> Blob {
    Blob {
        content: vec![7; 100],
    }
}

/// All that a peer says who comes with an event.
fn visit() -> Vec<u8> {
    [
        encoded(FrameBody::Hello(hello("guest"))),
        encoded(FrameBody::Subscriptions(subscriptions(1, Vec::new()))),
        encoded(FrameBody::Broadcast(frame_of(&blob()))),
    ]
    .concat()
}

/// Lets the victim read what was written so far.
async fn let_it_read() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn another_protocols_first_bytes_are_refused() {
    let mut scene = Scene::new().await;
    let greetings: [&[u8]; 3] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"{\"hello\": \"world\"}\n",
    ];
    for greeting in greetings {
        let mut stranger = scene.stranger().await;
        let goodbye = async {
            stranger.write(greeting).await;
            stranger.expect_goodbye(GoodbyeReason::FrameTooLarge).await
        };
        let goodbye = scene.during(goodbye).await;
        assert!(goodbye.message.contains("65536"), "{}", goodbye.message);
    }
}

#[tokio::test]
async fn an_event_that_comes_byte_by_byte_arrives() {
    let mut scene = Scene::new().await;
    let mut blobs = scene.victim.stream::<Blob>().expect("it runs");
    let mut stranger = scene.stranger().await;
    let arrives = async {
        for byte in visit() {
            stranger.write(&[byte]).await;
            let_it_read().await;
        }
        blobs.next().await
    };
    let arrived = scene.during(arrives).await.expect("the victim runs");
    assert_eq!(arrived.origin(), "guest");
    assert_eq!(arrived.into_inner(), blob());
}

#[tokio::test]
async fn a_stream_that_is_cut_at_any_byte_into_two_writes_means_the_same() {
    let mut scene = Scene::new().await;
    let mut blobs = scene.victim.stream::<Blob>().expect("it runs");
    let victim = scene.victim.clone();
    let bytes = visit();
    for cut in 1..bytes.len() {
        let mut stranger = scene.stranger().await;
        let arrives = async {
            stranger.write(&bytes[..cut]).await;
            let_it_read().await;
            stranger.write(&bytes[cut..]).await;
            let arrived = blobs.next().await.expect("the victim runs");
            assert_eq!(arrived.into_inner(), blob(), "cut at {cut}");
            drop(stranger);
            eventually("its end", || !victim.is_connected_to("guest")).await;
        };
        within("an event in two pieces", arrives).await;
    }
    scene.during(async {}).await;
}

#[tokio::test]
async fn a_thousand_frames_in_one_write_arrive_in_order() {
    let mut scene = Scene::new().await;
    let mut ticks = scene.victim.stream::<Tick>().expect("it runs");
    let mut guest = scene.guest().await;
    let frames = |number| encoded(FrameBody::Broadcast(frame_of(&Tick::new(number))));
    let bytes: Vec<u8> = (0..1000).flat_map(frames).collect();
    let arrive = async {
        let read = async {
            for number in 0..1000 {
                let tick = ticks.next().await.expect("the victim runs");
                assert_eq!(tick.number, number);
            }
        };
        tokio::join!(guest.write(&bytes), read);
    };
    within("a thousand events", arrive).await;
    scene.during(async {}).await;
}

#[tokio::test]
async fn an_event_that_is_torn_by_its_senders_end_is_not_delivered() {
    let mut scene = Scene::new().await;
    let mut ticks = scene.victim.stream::<Tick>().expect("it runs");
    let victim = scene.victim.clone();
    let torn = encoded(FrameBody::Broadcast(frame_of(&Tick::of_size(1, 20))));
    for cut in 1..torn.len() {
        let mut guest = scene.guest().await;
        guest.write(&torn[..cut]).await;
        drop(guest);
        eventually("its end", || !victim.is_connected_to("guest")).await;
    }
    let mut guest = scene.guest().await;
    let whole = encoded(FrameBody::Broadcast(frame_of(&Tick::new(2))));
    guest.write(&whole).await;
    let tick = within("the whole event", ticks.next()).await;
    assert_eq!(tick.expect("the victim runs").number, 2);
    scene.during(async {}).await;
}

/// The reason that a vector names.
fn reason(vector: &Refused) -> GoodbyeReason {
    match &*vector.reason {
        "protocol_error" => GoodbyeReason::ProtocolError,
        "frame_too_large" => GoodbyeReason::FrameTooLarge,
        other => panic!("no such reason: {other}"),
    }
}

/// Sends the bytes of a vector, and expects the goodbye that it names.
async fn expect_refusal(mut peer: RawPeer, vector: &Refused) {
    peer.write(&vector.bytes).await;
    let reason = reason(vector);
    let refused = within(&vector.name, peer.expect_goodbye(reason)).await;
    let is_readable = !refused.message.contains(char::is_control);
    assert!(is_readable, "{:?}", refused.message);
}

#[tokio::test]
async fn every_malformed_stream_is_refused_from_strangers_and_from_guests() {
    let mut scene = Scene::new().await;
    let malformed = refused("malformed.json");
    assert!(malformed.len() >= 20);
    for vector in &malformed {
        let stranger = scene.stranger().await;
        scene.during(expect_refusal(stranger, vector)).await;
        let guest = scene.guest().await;
        scene.during(expect_refusal(guest, vector)).await;
    }
}

#[tokio::test]
async fn every_frame_over_the_limit_is_refused() {
    for vector in refused("lengths.json") {
        let limit = vector.limit;
        let mut scene = Scene::with(|builder| builder.max_frame_len(limit)).await;
        let guest = scene.guest().await;
        scene.during(expect_refusal(guest, &vector)).await;
    }
}

#[tokio::test]
async fn every_rule_that_a_vector_breaks_has_its_goodbye() {
    let mut scene = Scene::new().await;
    let rules = refused("rules.json");
    assert!(rules.len() >= 10);
    for vector in &rules {
        let mut peer = match &*vector.kinds[0] {
            "broadcast" => scene.guest().await,
            _ => scene.stranger().await,
        };
        if vector.kinds[0] == "subscriptions" {
            peer.send(FrameBody::Hello(hello("guest"))).await;
        }
        scene.during(expect_refusal(peer, vector)).await;
    }
}

/// Marsaglia's xorshift: bytes that mean nothing, the same ones every time.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    })
}

#[tokio::test]
async fn garbage_ends_its_own_connection_alone() {
    let mut scene = Scene::new().await;
    for seed in 1..=200 {
        let mut guest = scene.guest().await;
        let body: Vec<u8> = noise(seed).take(200).collect();
        let end = async {
            guest.write(&200u32.to_le_bytes()).await;
            guest.write(&body).await;
            guest.hang_up().await;
            while guest.next().await.is_some() {}
        };
        scene.during(end).await;
    }
}

#[tokio::test]
async fn who_goes_on_talking_after_the_goodbye_is_cut_off() {
    let configure = |builder: lahja::EndpointBuilder| {
        let soon = Duration::from_millis(500);
        builder.handshake_timeout(soon).drain_timeout(soon)
    };
    let mut scene = Scene::with(configure).await;
    for mut peer in [scene.stranger().await, scene.guest().await] {
        let cut_off = async {
            peer.write(&u32::MAX.to_le_bytes()).await;
            while peer.stream().write_all(&[0xff; 4096]).await.is_ok() {}
        };
        scene.during(cut_off).await;
    }
}
