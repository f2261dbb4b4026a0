//! The first pass of a broadcast: whoever has room is served at once.

use std::sync::Arc;

use super::Sent;
use crate::Event;
use crate::Result;
use crate::driver::Connection;
use crate::endpoint::routes::Route;
use crate::endpoint::targets::Targets;
use crate::link::{Attempt, Outgoing, with_bare_frame};
use crate::local::{Context, Receipt};

/// A broadcast after its first, synchronous pass.
pub(super) struct Pass<E> {
    pub(super) sent: Sent,
    /// Receivers without room.
    pub(super) full: Vec<Arc<Connection>>,
    /// What waits for room among this endpoint's own subscribers.
    pub(super) own: Option<E>,
    pub(super) outgoing: Option<Outgoing>,
}

impl Targets<'_> {
    /// Serves all receivers that have room.
    pub(super) fn first_pass<E: Event>(&self, event: E) -> Result<Pass<E>> {
        let mut pass = Pass {
            sent: Sent::default(),
            full: Vec::new(),
            own: None,
            outgoing: None,
        };
        let others = self.send_bare(&event, &mut pass.sent);
        if !others.is_empty() {
            let outgoing = self.encode(&event, 0)?;
            for peer in others {
                match peer.with(|link| link.try_send(&outgoing)) {
                    Attempt::Sent => pass.sent.count += 1,
                    Attempt::NoRoom => pass.full.push(peer.clone()),
                    Attempt::Gone => {}
                    Attempt::Stalled | Attempt::TooLarge { .. } => {
                        pass.sent.has_stalled(peer.name());
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

    /// Serves the peers that the event's frame suits as it is, and that have room; gives the
    /// others.
    fn send_bare<E: Event>(&self, event: &E, sent: &mut Sent) -> Vec<&Arc<Connection>> {
        if !self.is_bare() || self.peers().next().is_none() {
            return self.peers().collect();
        }
        let others = with_bare_frame(event, |frame| {
            let mut others = Vec::new();
            for peer in self.peers() {
                match peer.with(|link| link.try_send_bare(E::TYPE_ID, frame)) {
                    true => sent.count += 1,
                    false => others.push(peer),
                }
            }
            others
        });
        others.unwrap_or_else(|| self.peers().collect())
    }

    fn deliver_own<E: Event>(&self, event: E, pass: &mut Pass<E>) {
        let cost = Self::local_cost(&event);
        match self.route.flow.try_spend(cost) {
            Ok(turn) => {
                deliver(&self.route, event, self.context(turn.missed()), cost);
                pass.sent.count += 1;
            }
            Err(Attempt::NoRoom) => pass.own = Some(event),
            Err(Attempt::Gone) => {}
            Err(_) => pass.sent.has_stalled(&self.core.me.name),
        }
    }
}

/// Delivers an event to this endpoint's own subscribers, once there is room for it.
pub(super) fn deliver<E: Event>(route: &Arc<Route>, event: E, context: Context, cost: u64) {
    let flow = route.flow.clone();
    route.deliver(event, context, Receipt::Local { flow, cost }, None);
}
