//! The first pass of a broadcast: whoever has room is served at once.

use std::sync::Arc;

use super::Sent;
use super::express::Express;
use crate::Event;
use crate::Result;
use crate::driver::Connection;
use crate::endpoint::routes::Route;
use crate::endpoint::targets::Targets;
use crate::link::{Attempt, Outgoing};
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
    /// Serves all receivers that have room and were not served by `express`.
    pub(super) fn first_pass<E: Event>(&self, event: E, express: Express) -> Result<Pass<E>> {
        let mut pass = Pass {
            sent: Sent::to_all(express.sent),
            full: Vec::new(),
            own: None,
            outgoing: None,
        };
        let peers = express
            .left
            .unwrap_or_else(|| self.peers().cloned().collect());
        let outgoing = match peers.is_empty() {
            true => None,
            false => Some(self.encode(&event, 0)?),
        };
        // Its own subscribers get it before what a peer that got it may answer.
        if self.own {
            self.deliver_own(event, &mut pass);
        }
        if let Some(outgoing) = outgoing {
            for peer in peers {
                match peer.with(|link| link.try_send(&outgoing)) {
                    Attempt::Sent => pass.sent.count += 1,
                    Attempt::NoRoom => pass.full.push(peer),
                    Attempt::Gone => {}
                    Attempt::Stalled | Attempt::TooLarge { .. } => {
                        pass.sent.has_stalled(peer.name());
                    }
                }
            }
            pass.outgoing = Some(outgoing);
        }
        Ok(pass)
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
