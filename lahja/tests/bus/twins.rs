//! Several Rust types of one name: another crate's, another version's, or a mistake.

use lahja::prost::bytes::{Buf, BufMut, Bytes};
use lahja::prost::encoding::{DecodeContext, WireType};
use lahja::prost::{DecodeError, Message};
use lahja::wire::{Broadcast, FrameBody};
use lahja::{Error, Event, Received};

use crate::events::twin::{
    AddToBadSum, AddToProduct, BadAdd, BadSum, BadTick, NumberOfTick, Product,
};
use crate::events::{Add, Sum, Tick};
use crate::raw::RawPeer;
use crate::support::*;

#[tokio::test]
async fn two_types_of_one_name_in_one_process_both_get_the_event() {
    let (alice, _bob) = pair().await;
    let mut whole = alice.stream::<Tick>().unwrap();
    let mut number = alice.stream::<NumberOfTick>().unwrap();

    let sent = alice.broadcast(Tick::of_size(7, 10)).await.unwrap();

    assert_eq!(sent.count(), 1, "it is one endpoint");
    assert_eq!(*whole.next().await.unwrap(), Tick::of_size(7, 10));
    assert_eq!(number.next().await.unwrap().number, 7);
}

#[tokio::test]
async fn two_types_of_one_name_in_two_processes_understand_each_other() {
    let (alice, bob) = pair().await;
    let mut ticks = bob.stream::<NumberOfTick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let _ = alice.broadcast(Tick::of_size(7, 10)).await.unwrap();
    assert_eq!(ticks.next().await.unwrap().number, 7);
}

#[tokio::test]
async fn an_event_that_does_not_decode_counts_as_missed_and_returns_its_credit() {
    let (alice, bob) = narrow_pair().await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let reading = tokio::spawn(async move { ticks.next().await });
    let bad = 1_000;
    for _ in 0..bad {
        let sent = alice.broadcast(BadTick::new()).await.unwrap();
        assert_eq!(sent.count(), 1);
    }
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    let tick = reading.await.unwrap().expect("the link lives");
    assert_eq!((tick.number, tick.missed()), (1, bad));
}

#[tokio::test]
async fn a_local_event_that_does_not_decode_counts_as_missed_too() {
    let (alice, _bob) = pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let _ = alice.broadcast(BadTick::new()).await.unwrap();
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    assert_eq!(ticks.next().await.unwrap().missed(), 1);
}

#[tokio::test]
async fn a_request_that_does_not_decode_fails_and_says_so() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let error = alice.request(BadAdd::new()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Decode { event: "test.v1.Add", endpoint, .. } if endpoint == "bob"),
        "{error}"
    );
}

#[tokio::test]
async fn a_local_request_that_does_not_decode_fails_and_says_so() {
    let (alice, _bob) = pair().await;
    let _answers = alice
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    let error = alice.request(BadAdd::new()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Decode { event: "test.v1.Add", endpoint, .. } if endpoint == "alice"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_of_another_type_is_an_error_that_names_both() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<AddToProduct>| async move {
            Product {
                value: add.left * add.right,
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let _known_here = alice.stream::<Product>().unwrap();
    let error = alice.request(Add::new(2, 3)).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::UnexpectedResponse { .. }), "{text}");
    for part in ["bob", "test.v1.Product", "test.v1.Sum"] {
        assert!(text.contains(part), "`{text}` names {part}");
    }
}

#[tokio::test]
async fn a_local_answer_of_another_type_is_an_error_too() {
    let (alice, _bob) = pair().await;
    let _answers = alice
        .respond(|_: Received<AddToProduct>| async { Product::default() })
        .unwrap();
    let error = alice.request(Add::new(2, 3)).await.unwrap_err();
    assert!(
        matches!(&error, Error::UnexpectedResponse { received, .. } if received == "test.v1.Product"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_does_not_decode_is_an_error() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|_: Received<AddToBadSum>| async { BadSum::new() })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let error = alice.request(Add::new(2, 3)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Decode { event: "test.v1.Sum", endpoint, .. } if endpoint == "bob"),
        "{error}"
    );
}

#[tokio::test]
async fn a_bad_answer_of_one_candidate_leaves_the_good_one_of_another() {
    let (alice, bob) = pair().await;
    let _bad = bob
        .respond(|_: Received<AddToProduct>| async { Product::default() })
        .unwrap();
    let mut good = alice.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = alice.request(Add::new(2, 3));
    let answering = async {
        let request = good.next().await.expect("alice asks herself too");
        // Long enough for the other candidate to fail first.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let sum = request.sum();
        request.reply(sum).unwrap();
    };
    let (sum, ()) = tokio::join!(asking, answering);
    assert_eq!(sum.unwrap(), Sum::new(5));
}

#[tokio::test(start_paused = true)]
async fn an_event_returns_its_credit_once_the_subscribers_of_all_its_types_took_it() {
    let (alice, bob) = narrow_pair().await;
    let mut whole = bob.stream::<Tick>().unwrap();
    let mut number = bob.stream::<NumberOfTick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let accepted = fill(&alice, 0);
    for expected in 0..accepted {
        assert_eq!(whole.next().await.unwrap().number, expected);
    }
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        fill(&alice, 0),
        0,
        "the other type's subscriber took nothing"
    );
    for expected in 0..accepted {
        assert_eq!(number.next().await.unwrap().number, expected);
    }
    until(|| fill(&alice, 0) > 0).await;
}

/// An event whose decoder panics, as one that is written by hand may.
#[derive(Clone, Debug, Default, PartialEq)]
struct Panicky;

impl Message for Panicky {
    fn encode_raw(&self, _: &mut impl BufMut) {}

    fn merge_field(
        &mut self,
        _: u32,
        _: WireType,
        _: &mut impl Buf,
        _: DecodeContext,
    ) -> Result<(), DecodeError> {
        panic!("the decoder does this");
    }

    fn encoded_len(&self) -> usize {
        0
    }

    fn clear(&mut self) {}
}

impl Event for Panicky {
    const NAME: &'static str = Tick::NAME;
}

#[tokio::test]
async fn a_decoder_that_panics_costs_that_event_alone() {
    let (alice, bob) = pair().await;
    let mut panicky = bob.stream::<Panicky>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let _ = alice.broadcast(Tick::new(1)).await.unwrap();
    let _ = alice.broadcast(Panicky).await.unwrap();
    assert_eq!(panicky.next().await.unwrap().missed(), 1);
}

#[tokio::test]
async fn a_peer_that_claims_to_have_missed_all_that_there_is_to_miss_is_believed() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let mut peer = RawPeer::connect("liar", &directory.path().join("alice.ipc")).await;
    peer.subscribe::<Add>(1).await;
    // Neither decodes nor decompresses, then does not decode, then is fine: all three are counted.
    for (compression, payload) in [(1, &b"\xff"[..]), (0, b"\xff"), (0, b"")] {
        peer.say(FrameBody::Broadcast(Broadcast {
            type_id: Tick::TYPE_ID.get(),
            payload: Bytes::from_static(payload),
            compression,
            missed: u64::MAX,
            ..Broadcast::default()
        }))
        .await;
    }
    let tick = soon(ticks.next()).await.unwrap();
    assert_eq!(tick.missed(), u64::MAX);
    assert!(alice.is_connected_to("liar"));
}
