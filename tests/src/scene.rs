//! An endpoint under attack, and an innocent peer that must not suffer from it.

use std::convert::Infallible;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use lahja::{Endpoint, EndpointBuilder, EventStream};

use crate::events::Tick;
use crate::raw::RawPeer;
use crate::rendezvous::Rendezvous;
use crate::within;

/// The endpoint under attack is called this.
pub const VICTIM: &str = "victim";

/// Its innocent peer is called this.
pub const INNOCENT: &str = "tara";

/// For so long an impatient victim waits for what must be said first.
const PATIENCE: Duration = Duration::from_millis(500);

/// A victim, and an innocent peer that receives its ticks.
#[derive(Debug)]
pub struct Scene {
    /// Where they meet.
    pub at: Rendezvous,
    /// The endpoint under attack.
    pub victim: Endpoint,
    /// The innocent peer.
    pub innocent: Endpoint,
    ticks: EventStream<Tick>,
    sent: u64,
}

impl Scene {
    /// A victim with the default limits.
    pub async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    /// A victim that waits for a hello for half a second alone.
    pub async fn impatient() -> Self {
        Self::with(|builder| builder.handshake_timeout(PATIENCE)).await
    }

    /// A victim with limits of the test's own.
    ///
    /// # Panics
    ///
    /// If the two do not start.
    pub async fn with(configure: impl FnOnce(EndpointBuilder) -> EndpointBuilder) -> Self {
        let at = Rendezvous::new();
        let victim = configure(at.builder(VICTIM)).serve().await;
        let victim = victim.expect("the victim starts");
        let innocent = at.serve(INNOCENT).await;
        let ticks = innocent.stream().expect("it runs");
        innocent
            .connect_to(VICTIM)
            .await
            .expect("the victim listens");
        let known = victim.wait_until_endpoint_subscribed_to::<Tick>(INNOCENT);
        known.await.expect("the victim runs");
        Self {
            at,
            victim,
            innocent,
            ticks,
            sent: 0,
        }
    }

    /// The victim's socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.at.socket(VICTIM)
    }

    /// A stranger who has connected and says nothing yet.
    pub async fn stranger(&self) -> RawPeer {
        RawPeer::connect(&self.socket()).await
    }

    /// A stranger who is linked to the victim, and wants nothing.
    pub async fn guest(&self) -> RawPeer {
        RawPeer::open(&self.socket(), "guest").await
    }

    /// Attacks while the innocent peer receives ticks, before and after as well: it must get all
    /// of them, in order.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub async fn during<F: Future>(&mut self, attack: F) -> F::Output {
        let outcome = {
            let attack = pin!(within("the attack's end", attack));
            let traffic = pin!(self.traffic());
            match select(attack, traffic).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right((never, _)) => match never {},
            }
        };
        self.expect_traffic().await;
        outcome
    }

    async fn traffic(&mut self) -> Infallible {
        loop {
            self.tick().await;
            tokio::task::yield_now().await;
        }
    }

    /// The link between the victim and the innocent peer works.
    async fn expect_traffic(&mut self) {
        // The attack may have ended between a broadcast and its arrival.
        let marker = u64::MAX;
        self.broadcast(marker).await;
        loop {
            let tick = within("the marker", self.ticks.next()).await;
            let tick = tick.expect("the innocent endpoint runs");
            assert_eq!(tick.missed(), 0, "before {}", tick.number);
            if tick.number == marker {
                break;
            }
            assert_eq!(tick.number + 1, self.sent, "out of order");
        }
        for _ in 0..10 {
            self.tick().await;
        }
        assert!(self.victim.is_connected_to(INNOCENT));
    }

    async fn tick(&mut self) {
        let number = self.sent;
        self.sent += 1;
        self.broadcast(number).await;
        let tick = within("a tick at the innocent peer", self.ticks.next()).await;
        let tick = tick.expect("the innocent endpoint runs");
        assert_eq!((tick.number, tick.missed()), (number, 0), "out of order");
    }

    async fn broadcast(&self, number: u64) {
        let sent = self.victim.broadcast(Tick::new(number)).await;
        let sent = sent.expect("somebody subscribes");
        let left_out = sent.undelivered().iter().any(|name| name == INNOCENT);
        assert!(!left_out, "{number} did not go to the innocent peer");
    }
}
