//! Sending an event to all who subscribe to it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::core::{Collecting, Core};
use super::routes::Route;
use super::targets::Targets;
use crate::driver::Connection;
use crate::link::{Attempt, LinkId, Outgoing};
use crate::local::{Outcome, Receipt, SELF};
use crate::wire::TypeId;
use crate::{BroadcastConfig, Error, Event, Result};

/// Who got an event.
///
/// Got: it is in the receiver's queue, or in the queue of the connection to it. What a process
/// held that died is gone, and what is in a queue at the end is reported by
/// [`Endpoint::stop`](crate::Endpoint::stop).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    count: usize,
    undelivered: Vec<String>,
}

impl Sent {
    /// How many endpoints got it; this one counts too if it subscribes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The names of the subscribed endpoints that did not: they are stalled, or went away.
    #[must_use]
    pub fn undelivered(&self) -> &[String] {
        &self.undelivered
    }

    /// Whether every subscribed endpoint got it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.undelivered.is_empty()
    }
}

/// A broadcast after its first, synchronous pass.
struct Pass<E> {
    sent: Sent,
    /// Receivers without room.
    full: Vec<Arc<Connection>>,
    /// What waits for room among this endpoint's own subscribers.
    own: Option<E>,
    outgoing: Option<Outgoing>,
}

impl Core {
    pub(super) async fn broadcast<E: Event>(
        self: &Arc<Self>,
        event: E,
        config: Option<&BroadcastConfig>,
    ) -> Result<Sent> {
        // A loop of broadcasts must not keep the connections of this thread from writing.
        tokio::task::coop::consume_budget().await;
        self.check_running()?;
        let within = self.broadcast_timeout(config);
        if config.is_some_and(|config| config.wait_for_subscriber) {
            self.await_subscriber::<E>(config, Instant::now() + within)
                .await?;
        }
        let targets = Targets::of::<E>(self, config)?;
        if targets.is_empty() {
            return nobody::<E>(config);
        }
        let pass = targets.first_pass(event)?;
        let sent = if pass.full.is_empty() && pass.own.is_none() {
            pass.sent
        } else {
            Waiting::begin(&targets, pass).finish::<E>(within).await
        };
        if sent.count == 0 && !sent.is_complete() {
            // That nobody made room may be because this endpoint has stopped meanwhile.
            self.check_running()?;
        }
        judge::<E>(sent, config)
    }

    pub(super) fn broadcast_nowait<E: Event>(
        self: &Arc<Self>,
        event: E,
        config: Option<&BroadcastConfig>,
    ) -> Result<Sent> {
        self.check_running()?;
        let targets = Targets::of::<E>(self, config)?;
        if targets.is_empty() {
            return nobody::<E>(config);
        }
        judge::<E>(targets.all_or_none(event)?, config)
    }

    pub(super) async fn await_subscriber<E: Event>(
        self: &Arc<Self>,
        config: Option<&BroadcastConfig>,
        deadline: Instant,
    ) -> Result<()> {
        let somebody = || Targets::of::<E>(self, config).is_ok_and(|targets| !targets.is_empty());
        let stopped = || self.closing.is_cancelled();
        let came = timeout_at(deadline, self.until(|| somebody() || stopped())).await;
        self.check_running()?;
        came.map_err(|_| Error::NoSubscribers { event: E::NAME })
    }

    fn broadcast_timeout(&self, config: Option<&BroadcastConfig>) -> Duration {
        let own = config.and_then(|config| config.timeout);
        own.unwrap_or(self.options.broadcast_timeout)
    }
}

fn nobody<E: Event>(config: Option<&BroadcastConfig>) -> Result<Sent> {
    match config {
        Some(config) if config.require_subscriber || config.wait_for_subscriber => {
            Err(Error::NoSubscribers { event: E::NAME })
        }
        _ => Ok(Sent::default()),
    }
}

fn judge<E: Event>(sent: Sent, config: Option<&BroadcastConfig>) -> Result<Sent> {
    let all = config.is_some_and(|config| config.require_all);
    if !sent.undelivered.is_empty() && (all || sent.count == 0) {
        return Err(Error::Stalled {
            event: E::NAME,
            endpoints: sent.undelivered,
        });
    }
    Ok(sent)
}

impl Targets<'_> {
    /// Serves all receivers that have room.
    fn first_pass<E: Event>(&self, event: E) -> Result<Pass<E>> {
        let mut pass = Pass {
            sent: Sent::default(),
            full: Vec::new(),
            own: None,
            outgoing: None,
        };
        if self.peers().next().is_some() {
            let outgoing = self.encode(&event, 0)?;
            for peer in self.peers() {
                match peer.with(|link| link.try_send(&outgoing)) {
                    Attempt::Sent => pass.sent.count += 1,
                    Attempt::NoRoom => pass.full.push(peer.clone()),
                    Attempt::Gone => {}
                    Attempt::Stalled | Attempt::TooLarge { .. } => {
                        pass.sent.undelivered.push(peer.name().to_string());
                    }
                }
            }
            pass.outgoing = Some(outgoing);
        }
        if self.own {
            self.deliver_own(event, &mut pass);
        }
        Ok(pass)
    }

    fn deliver_own<E: Event>(&self, event: E, pass: &mut Pass<E>) {
        let cost = Self::local_cost(&event);
        match self.route.flow.try_spend(cost) {
            Ok(missed) => {
                deliver(&self.route, event, self.context(missed), cost);
                pass.sent.count += 1;
            }
            Err(Attempt::NoRoom) => pass.own = Some(event),
            Err(Attempt::Gone) => {}
            Err(_) => pass.sent.undelivered.push(self.core.me.name.clone()),
        }
    }

    /// Serves all receivers, or none if one of them has no room. Stalled ones are skipped.
    fn all_or_none<E: Event>(&self, event: E) -> Result<Sent> {
        let outgoing = match self.peers().next() {
            Some(_) => Some(self.encode(&event, 0)?),
            None => None,
        };
        // All locks at once, in the order of the links' IDs, which every other caller keeps too.
        let mut peers: Vec<_> = self.peers().collect();
        peers.sort_by_key(|peer| peer.id());
        let mut links: Vec<_> = peers.iter().map(|peer| peer.lock()).collect();
        let mut full = Vec::new();
        if let Some(outgoing) = &outgoing {
            for (peer, link) in peers.iter().zip(&mut links) {
                if link.with(|link| link.probe(outgoing)) == Attempt::NoRoom {
                    full.push(peer.name().to_string());
                }
            }
        }
        let cost = Self::local_cost(&event);
        let mut own = None;
        if self.own && full.is_empty() {
            own = Some(self.route.flow.try_spend(cost));
        }
        if matches!(own, Some(Err(Attempt::NoRoom))) {
            full.push(self.core.me.name.clone());
        }
        if !full.is_empty() {
            return Err(Error::Full {
                event: E::NAME,
                endpoints: full,
            });
        }
        let mut sent = Sent::default();
        if let Some(outgoing) = &outgoing {
            for (peer, link) in peers.iter().zip(&mut links) {
                match link.with(|link| link.try_send(outgoing)) {
                    Attempt::Sent => sent.count += 1,
                    Attempt::Gone => {}
                    _ => sent.undelivered.push(peer.name().to_string()),
                }
            }
        }
        drop(links);
        match own {
            Some(Ok(missed)) => {
                deliver(&self.route, event, self.context(missed), cost);
                sent.count += 1;
            }
            Some(Err(_)) => sent.undelivered.push(self.core.me.name.clone()),
            None => {}
        }
        Ok(sent)
    }
}

fn deliver<E: Event>(route: &Arc<Route>, event: E, context: crate::local::Context, cost: u64) {
    let flow = route.flow.clone();
    route.deliver(event, context, Receipt::Local { flow, cost }, None);
}

/// A broadcast that waits for room. Dropped, it gives up on those who made none.
struct Waiting {
    collecting: Collecting,
    core: Arc<Core>,
    type_id: TypeId,
    peers: HashMap<LinkId, Arc<Connection>>,
    own: Option<Arc<Route>>,
    sent: Sent,
}

impl Waiting {
    fn begin<E: Event>(targets: &Targets<'_>, pass: Pass<E>) -> Self {
        let core = targets.core;
        let mut waiting = Self {
            collecting: core.collect(core.next_id()),
            core: core.clone(),
            type_id: E::TYPE_ID,
            peers: HashMap::new(),
            own: None,
            sent: pass.sent,
        };
        if let Some(outgoing) = &pass.outgoing {
            for peer in pass.full {
                waiting.join(peer, outgoing);
            }
        }
        if let Some(event) = pass.own {
            waiting.join_own(targets, event);
        }
        waiting
    }

    fn join(&mut self, peer: Arc<Connection>, outgoing: &Outgoing) {
        let id = self.collecting.id();
        match peer.with(|link| link.send_or_wait(outgoing, id)) {
            Attempt::Sent => self.sent.count += 1,
            Attempt::NoRoom => {
                self.peers.insert(peer.id(), peer);
            }
            _ => self.sent.undelivered.push(peer.name().to_string()),
        }
    }

    fn join_own<E: Event>(&mut self, targets: &Targets<'_>, event: E) {
        let cost = Targets::local_cost(&event);
        let route = targets.route.clone();
        let context = targets.context(0);
        self.own = Some(route.clone());
        let collector = self.collecting.collector.clone();
        targets.route.flow.wait(
            self.collecting.id(),
            cost,
            Box::new(move |missed| {
                let Some(missed) = missed else {
                    return collector.push(SELF, Outcome::Gone);
                };
                let context = crate::local::Context { missed, ..context };
                deliver(&route, event, context, cost);
                collector.push(SELF, Outcome::Sent);
            }),
        );
    }

    async fn finish<E: Event>(mut self, within: Duration) -> Sent {
        let deadline = Instant::now() + within;
        while self.is_waiting() {
            let Ok(outcomes) = timeout_at(deadline, self.collecting.collector.next()).await else {
                break;
            };
            self.record(outcomes);
        }
        self.stall_the_rest::<E>(within);
        // What was not there to give up on went out, or its receiver went away: that is on its way.
        while self.is_waiting() {
            let outcomes = self.collecting.collector.next().await;
            self.record(outcomes);
        }
        std::mem::take(&mut self.sent)
    }

    fn is_waiting(&self) -> bool {
        !self.peers.is_empty() || self.own.is_some()
    }

    fn record(&mut self, outcomes: Vec<(LinkId, Outcome)>) {
        for (from, outcome) in outcomes {
            let name = match from {
                SELF => self.own.take().map(|_| self.core.name.clone()),
                _ => self.peers.remove(&from).map(|peer| peer.name().clone()),
            };
            match (name, outcome) {
                (Some(_), Outcome::Sent) => self.sent.count += 1,
                (Some(name), _) => self.sent.undelivered.push(name.to_string()),
                (None, _) => {}
            }
        }
    }

    /// The deadline passed: those who made no room are stalled, and others skip them from now on.
    fn stall_the_rest<E: Event>(&mut self, within: Duration) {
        let id = self.collecting.id();
        let type_id = self.type_id;
        let stalled = |endpoint: &str| {
            tracing::warn!(
                event = E::NAME,
                endpoint,
                ?within,
                "a receiver made no room in time and is skipped until it does"
            );
        };
        let undelivered = &mut self.sent.undelivered;
        self.peers.retain(|_, peer| {
            let given_up = peer.with(|link| {
                let abandoned = link.abandon(type_id, id);
                abandoned.then(|| link.stall(type_id))
            });
            if given_up.is_some() {
                undelivered.push(peer.name().to_string());
            }
            if given_up == Some(true) {
                stalled(peer.name());
            }
            given_up.is_none()
        });
        if let Some(route) = self.own.take_if(|route| route.flow.abandon(id)) {
            undelivered.push(self.core.me.name.clone());
            if route.flow.stall() {
                stalled(&self.core.me.name);
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let id = self.collecting.id();
        for peer in self.peers.values() {
            peer.with(|link| link.abandon(self.type_id, id));
        }
        if let Some(route) = &self.own {
            route.flow.abandon(id);
        }
    }
}
