//! Compressed payloads that are not what they claim.

use lahja::Received;
use lahja::wire::{Broadcast, Compression, FailureCode, FrameBody};
use lahja_tests::events::{Add, Sum, Tick, frame_of, request_of};
use lahja_tests::scene::Scene;

fn snappy(broadcast: Broadcast, payload: &[u8]) -> FrameBody {
    FrameBody::Broadcast(Broadcast {
        compression: Compression::Snappy.into(),
        payload: payload.to_vec().into(),
        ..broadcast
    })
}

fn compressed(payload: &[u8]) -> Vec<u8> {
    let mut encoder = snap::raw::Encoder::new();
    encoder.compress_vec(payload).expect("a small payload")
}

/// Blocks that are none, or too much.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let bomb = compressed(&vec![0; 20 << 20]);
    let good = compressed(&[7; 1000]);
    vec![
        ("nothing at all", vec![]),
        ("4 GiB in five bytes", vec![0xff, 0xff, 0xff, 0xff, 0x0f]),
        (
            "a length of six bytes",
            vec![0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ),
        ("20 MiB of zeros", bomb),
        ("a copy from before the start", vec![4, 0x0d, 9]),
        ("a copy from offset 0", vec![4, 0x00, 1, 0x01, 0]),
        ("half a block", good[..good.len() / 2].to_vec()),
        ("more than it claims", [&[1][..], &good[2..]].concat()),
        ("text", b"snappy, I am not".to_vec()),
    ]
}

#[tokio::test]
async fn a_payload_that_does_not_decompress_costs_its_event_alone() {
    let mut scene = Scene::new().await;
    let mut sums = scene.victim.stream::<Sum>().expect("it runs");
    let mut guest = scene.guest().await;
    for (what, block) in hostile() {
        guest.send(snappy(frame_of(&Sum::default()), &block)).await;
        let good = frame_of(&Sum { value: 5 });
        guest.send(FrameBody::Broadcast(good)).await;
        let sum = scene.during(sums.next()).await.expect("the victim runs");
        assert_eq!((sum.value, sum.missed()), (5, 1), "{what}");
    }
}

#[tokio::test]
async fn a_request_that_does_not_decompress_fails() {
    let mut scene = Scene::new().await;
    let _answers = scene
        .victim
        .respond(|_: Received<Add>| async { Sum::default() });
    let mut guest = scene.guest().await;
    for (id, (what, block)) in (1..).zip(hostile()) {
        guest
            .send(snappy(request_of(&Add::default(), id), &block))
            .await;
        let failed = guest.until(|body| matches!(body, FrameBody::Failure(_)));
        match scene.during(failed).await {
            FrameBody::Failure(failure) => {
                assert_eq!(failure.response_to, id, "{what}");
                assert_eq!(failure.code(), FailureCode::DecodeFailed, "{what}");
            }
            other => panic!("no failure: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_payload_that_decompresses_to_the_limit_arrives() {
    let mut scene = Scene::with(|builder| builder.max_frame_len(64 * 1024)).await;
    let mut ticks = scene.victim.stream::<Tick>().expect("it runs");
    let mut guest = scene.guest().await;
    let exact = |limit: usize| {
        // One tag and a length of three bytes before the padding itself.
        let tick = Tick::of_size(0, limit - 4);
        let payload = frame_of(&tick).payload;
        assert_eq!(payload.len(), limit);
        snappy(frame_of(&tick), &compressed(&payload))
    };
    guest.send(exact(64 * 1024 + 1)).await;
    guest.send(exact(64 * 1024)).await;
    // The victim hears its own ticks for the innocent peer as well.
    let arrived = async {
        loop {
            let tick = ticks.next().await.expect("the victim runs");
            if tick.origin() == "guest" {
                return tick;
            }
        }
    };
    let tick = scene.during(arrived).await;
    assert_eq!((tick.padding.len(), tick.missed()), (64 * 1024 - 4, 1));
}
