//! The rest of a broadcast: waiting for those who had no room.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Sent;
use super::pass::{Pass, deliver};
use crate::Event;
use crate::driver::Connection;
use crate::endpoint::core::Core;
use crate::endpoint::pending::Collecting;
use crate::endpoint::routes::Route;
use crate::endpoint::targets::Targets;
use crate::link::{Attempt, LinkId, Outgoing};
use crate::local::{Collector, Context, Outcome, SELF};
use crate::wire::TypeId;

/// A broadcast that waits for room. Dropped, it gives up on those who made none.
pub(super) struct Waiting {
    collecting: Collecting,
    core: Arc<Core>,
    type_id: TypeId,
    peers: HashMap<LinkId, Arc<Connection>>,
    own: Option<Arc<Route>>,
    sent: Sent,
}

impl Waiting {
    pub(super) fn begin<E: Event>(targets: &Targets<'_>, pass: Pass<E>, deadline: Instant) -> Self {
        let core = targets.core;
        let mut waiting = Self {
            collecting: Collecting::begin(core, deadline),
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
            Attempt::Gone => self.sent.has_gone(peer.name()),
            Attempt::Stalled | Attempt::TooLarge { .. } => self.sent.has_stalled(peer.name()),
        }
    }

    fn join_own<E: Event>(&mut self, targets: &Targets<'_>, event: E) {
        let cost = Targets::local_cost(&event);
        let route = targets.route.clone();
        let context = targets.context(0);
        self.own = Some(route.clone());
        let fate = Fate {
            collector: self.collecting.collector.clone(),
            delivered: false,
        };
        targets.route.flow.wait(
            self.collecting.id(),
            cost,
            Box::new(move |missed| {
                let mut fate = fate;
                let Some(missed) = missed else { return };
                let context = Context { missed, ..context };
                deliver(&route, event, context, cost);
                fate.delivered = true;
            }),
        );
    }

    pub(super) async fn finish<E: Event>(mut self, within: Duration) -> Sent {
        while self.is_waiting() {
            let Some((from, outcome)) = self.collecting.next_in_time().await else {
                break;
            };
            self.record(from, outcome);
        }
        self.stall_the_rest::<E>(within);
        // What was not there to give up on went out, or its receiver went away: that is on its way.
        while self.is_waiting() {
            let (from, outcome) = self.collecting.collector.next().await;
            self.record(from, outcome);
        }
        std::mem::take(&mut self.sent)
    }

    fn is_waiting(&self) -> bool {
        !self.peers.is_empty() || self.own.is_some()
    }

    fn record(&mut self, from: LinkId, outcome: Outcome) {
        let name = match from {
            SELF => self.own.take().map(|_| self.core.name.clone()),
            _ => self.peers.remove(&from).map(|peer| peer.name().clone()),
        };
        match (name, outcome) {
            (Some(_), Outcome::Sent) => self.sent.count += 1,
            (Some(name), _) => self.sent.has_gone(&name),
            (None, _) => {}
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
        let sent = &mut self.sent;
        self.peers.retain(|_, peer| {
            let given_up = peer.with(|link| {
                let abandoned = link.abandon(type_id, id);
                abandoned.then(|| link.stall(type_id))
            });
            if given_up.is_some() {
                sent.has_stalled(peer.name());
            }
            if given_up == Some(true) {
                stalled(peer.name());
            }
            given_up.is_none()
        });
        if let Some(route) = self.own.take_if(|route| route.flow.abandon(id)) {
            sent.has_stalled(&self.core.me.name);
            if route.flow.stall() {
                stalled(&self.core.me.name);
            }
        }
    }
}

/// What becomes of a delivery to the own subscribers; told when this is dropped, also if the
/// event's own code panics.
struct Fate {
    collector: Arc<Collector>,
    delivered: bool,
}

impl Drop for Fate {
    fn drop(&mut self) {
        let outcome = match self.delivered {
            true => Outcome::Sent,
            false => Outcome::Gone,
        };
        self.collector.push(SELF, outcome);
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
