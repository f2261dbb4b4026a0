//! Events whose hand-written code uses the bus: it runs under none of its locks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lahja::prost::bytes::{Buf, BufMut};
use lahja::prost::encoding::{DecodeContext, WireType};
use lahja::prost::{DecodeError, Message};
use lahja::{BroadcastConfig, Endpoint, Error, Event};

use crate::events::Tick;
use crate::support::*;

/// An event that broadcasts a tick, and one like itself, whenever it is measured or dropped.
#[derive(Clone, Debug, Default)]
struct Chatty {
    tick: Tick,
    talks: Option<Endpoint>,
}

impl Chatty {
    fn new(talks: &Endpoint) -> Self {
        Self {
            tick: Tick::of_size(0, ROOM),
            talks: Some(talks.clone()),
        }
    }

    fn talk(&self) {
        if let Some(endpoint) = &self.talks {
            let _ = endpoint.broadcast_nowait(Tick::default());
            let _ = endpoint.broadcast_nowait(Chatty::default());
        }
    }
}

impl PartialEq for Chatty {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick
    }
}

impl Drop for Chatty {
    fn drop(&mut self) {
        self.talk();
    }
}

impl Message for Chatty {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        self.tick.encode_raw(buf);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        self.tick.merge_field(tag, wire_type, buf, context)
    }

    fn encoded_len(&self) -> usize {
        self.talk();
        self.tick.encoded_len()
    }

    fn clear(&mut self) {
        self.tick.clear();
    }
}

impl Event for Chatty {
    const NAME: &'static str = "test.v1.Chatty";
}

#[test]
fn an_event_that_is_measured_may_broadcast() {
    without_deadlock(|| async {
        let (alice, bob) = pair().await;
        let _own = alice.stream::<Chatty>().unwrap();
        let _there = bob.stream::<Chatty>().unwrap();
        let _ticks = bob.stream::<Tick>().unwrap();
        knows_subscriber::<Chatty>(&alice, &bob).await;
        knows_subscriber::<Tick>(&alice, &bob).await;
        let sent = alice.broadcast_nowait(Chatty::new(&alice)).unwrap();
        assert_eq!(sent.count(), 2);
        assert_eq!(
            alice.broadcast(Chatty::new(&alice)).await.unwrap().count(),
            2
        );
    });
}

#[test]
fn an_event_that_is_given_up_may_broadcast_as_it_is_dropped() {
    without_deadlock(|| async {
        let (alice, _bob) = narrow_pair().await;
        let _unread = alice.stream::<Chatty>().unwrap();
        let fill = || {
            alice.broadcast_nowait(Chatty {
                tick: Tick::of_size(0, ROOM),
                talks: None,
            })
        };
        while fill().is_ok() {}
        let config = BroadcastConfig::new().timeout(Duration::from_millis(1));
        let error = alice.broadcast_with(Chatty::new(&alice), config).await;
        assert!(matches!(error, Err(Error::Stalled { .. })), "{error:?}");
    });
}

/// An event whose encoder panics as often as it is told to.
#[derive(Clone, Debug, Default)]
struct Panicky {
    panics: Arc<Mutex<u32>>,
}

impl PartialEq for Panicky {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Message for Panicky {
    fn encode_raw(&self, _: &mut impl BufMut) {
        let mut panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
        if *panics > 0 {
            *panics -= 1;
            panic!("the encoder does this");
        }
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        lahja::prost::encoding::skip_field(wire_type, tag, buf, context)
    }

    fn encoded_len(&self) -> usize {
        0
    }

    fn clear(&mut self) {}
}

impl Event for Panicky {
    const NAME: &'static str = Tick::NAME;
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_panics_in_a_delivery_that_waited_costs_that_event_alone() {
    let (alice, _bob) = narrow_pair().await;
    // What a subscriber of another Rust type gets is encoded, though it stays in the process.
    let mut ticks = alice.stream::<Tick>().unwrap();
    let late = fill(&alice, 0);
    let waiting = tokio::spawn({
        let alice = alice.clone();
        async move {
            let panics = Arc::new(Mutex::new(1));
            alice.broadcast(Panicky { panics }).await
        }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    for number in 0..late {
        assert_eq!(soon(ticks.next()).await.unwrap().number, number);
    }
    let sent = soon(waiting).await.unwrap();
    assert!(sent.is_ok_and(|sent| !sent.is_complete()), "it is told");
    for number in 0..100 {
        let _ = alice.broadcast(Tick::of_size(number, ROOM)).await.unwrap();
        let tick = soon(ticks.next()).await.unwrap();
        assert_eq!(tick.number, number);
    }
}
