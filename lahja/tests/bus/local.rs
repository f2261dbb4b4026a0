//! Delivery within one process: nothing is serialized, and everything else holds all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lahja::prost::bytes::{Buf, BufMut};
use lahja::prost::encoding::{DecodeContext, WireType};
use lahja::prost::{DecodeError, Message};
use lahja::{Error, Event, Request};

use crate::events::{Add, Sum, Tick};
use crate::support::*;

static ENCODED: AtomicUsize = AtomicUsize::new(0);

/// An event, and its own answer, that counts how often it is encoded.
#[derive(Clone, Debug, Default, PartialEq)]
struct Counted(Tick);

impl Message for Counted {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        ENCODED.fetch_add(1, Ordering::Relaxed);
        self.0.encode_raw(buf);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        self.0.merge_field(tag, wire_type, buf, context)
    }

    fn encoded_len(&self) -> usize {
        self.0.encoded_len()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

impl Event for Counted {
    const NAME: &'static str = "test.v1.Counted";
}

impl Request for Counted {
    type Response = Counted;
}

#[tokio::test]
async fn an_event_is_encoded_once_for_all_peers_and_never_for_its_own_endpoint() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let mut own = alice.stream::<Counted>().unwrap();
    let answers = alice
        .respond(|request: lahja::Received<Counted>| async move { request.into_inner() })
        .unwrap();

    let _ = alice.broadcast(Counted::default()).await.unwrap();
    let _ = alice.request(Counted::default()).await.unwrap();
    assert_eq!(ENCODED.load(Ordering::Relaxed), 0, "it never left alice");
    drop(answers);

    let mut others = Vec::new();
    for name in ["bob", "carol", "dave"] {
        let endpoint = serve(name, &directory).await;
        let stream = endpoint.stream::<Counted>().unwrap();
        alice.connect_to(name).await.unwrap();
        knows_subscriber::<Counted>(&alice, &endpoint).await;
        others.push((endpoint, stream));
    }
    let sent = alice.broadcast(Counted::default()).await.unwrap();
    assert_eq!(sent.count(), 4);
    for (_, stream) in &mut others {
        assert_eq!(*stream.next().await.unwrap(), Counted::default());
    }
    assert_eq!(ENCODED.load(Ordering::Relaxed), 1, "once for three peers");
    assert!(own.next().await.is_some());
}

#[tokio::test]
async fn local_subscribers_share_one_event() {
    let (alice, _bob) = pair().await;
    let mut one = alice.stream::<Tick>().unwrap();
    let mut other = alice.stream::<Tick>().unwrap();
    let _ = alice.broadcast(Tick::of_size(1, 100)).await.unwrap();
    let (one, other) = (one.next().await.unwrap(), other.next().await.unwrap());
    assert!(std::ptr::eq(&*one, &*other), "both look at one event");

    let mut owned = one.into_inner();
    owned.number = 2;
    assert_eq!(other.number, 1, "what one owns is not the other's");
    let padding = other.padding.as_ptr();
    assert_eq!(
        other.into_inner().padding.as_ptr(),
        padding,
        "the last gets it as it is"
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_local_subscriber_slows_its_sender() {
    let (alice, _bob) = narrow_pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let late = fill(&alice, 0);
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.broadcast(Tick::of_size(late, ROOM)).await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    for number in 0..=late {
        let tick = ticks.next().await.unwrap();
        assert_eq!((tick.number, tick.missed()), (number, 0));
    }
    assert_eq!(waiting.await.unwrap().unwrap().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_local_subscriber_is_skipped_and_learns_what_it_missed() {
    let (alice, _bob) = narrow_pair().await;
    let mut ticks = alice.stream::<Tick>().unwrap();
    let late = stall(&alice).await;
    let error = alice.broadcast(Tick::new(late + 1)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Stalled { endpoints, .. } if endpoints == &["alice"]),
        "{error}"
    );
    for number in 0..late {
        assert_eq!(ticks.next().await.unwrap().number, number);
    }
    let _ = alice.broadcast(Tick::new(late + 2)).await.unwrap();
    let tick = ticks.next().await.unwrap();
    assert_eq!((tick.number, tick.missed()), (late + 2, 2));
}

#[tokio::test(start_paused = true)]
async fn any_number_may_wait_for_a_local_subscriber_that_then_leaves() {
    let (alice, _bob) = narrow_pair().await;
    let unread = alice.stream::<Tick>().unwrap();
    let late = fill(&alice, 0);
    let begun = Arc::new(AtomicUsize::new(0));
    let waiting: Vec<_> = (0..5_000)
        .map(|_| {
            let (alice, begun) = (alice.clone(), begun.clone());
            tokio::spawn(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                alice.broadcast(Tick::of_size(late, ROOM)).await
            })
        })
        .collect();
    until(|| begun.load(Ordering::Relaxed) == waiting.len()).await;
    drop(unread);
    for broadcast in waiting {
        let _ = broadcast.await.expect("it ends without a panic");
    }
}

#[tokio::test(start_paused = true)]
async fn a_local_request_returns_its_credit_when_it_is_answered() {
    let (alice, _bob) = narrow_pair().await;
    let mut requests = alice.stream::<Add>().unwrap();
    for number in 0..1_000 {
        let answering = async {
            let request = requests.next().await.unwrap();
            let sum = request.sum();
            request.reply(sum).unwrap();
        };
        let (sum, ()) = tokio::join!(alice.request(Add::new(number, 1)), answering);
        assert_eq!(sum.unwrap(), Sum::new(number + 1));
    }
    // Taken and dropped is answered too.
    for _ in 0..1_000 {
        let dropping = async { drop(requests.next().await) };
        let (error, ()) = tokio::join!(alice.request(Add::default()), dropping);
        assert!(matches!(error, Err(Error::Unanswered { .. })), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_local_request_that_nobody_takes_ends_at_its_deadline() {
    let (alice, _bob) = pair().await;
    let _unread = alice.stream::<Add>().unwrap();
    let before = tokio::time::Instant::now();
    let error = alice.request(Add::default()).await.unwrap_err();
    assert!(matches!(error, Error::DeadlineExceeded { .. }), "{error}");
    assert_eq!(
        before.elapsed().as_secs(),
        Duration::from_secs(10).as_secs()
    );
}
