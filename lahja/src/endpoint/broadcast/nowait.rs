//! A broadcast that does not wait: all receivers, or none.

use super::Sent;
use super::pass::deliver;
use crate::driver::{Connection, Locked};
use crate::endpoint::targets::Targets;
use crate::link::{Attempt, Outgoing};
use crate::local::Turn;
use crate::{Error, Event, Result};

/// A receiver, and its link under its lock.
type Receiver<'a> = (&'a Connection, Locked<'a>);

impl Targets<'_> {
    /// Serves all receivers, or none if one of them has no room. Stalled ones are skipped.
    pub(super) fn all_or_none<E: Event>(&self, event: E) -> Result<Sent> {
        let Some(_) = self.peers().next() else {
            return self.own_or_none(event);
        };
        let outgoing = self.encode(&event, 0)?;
        // Measured without the locks: it may run code of the event's own.
        let cost = Self::local_cost(&event);
        let mut receivers = self.lock_all();
        let full = without_room(&mut receivers, &outgoing);
        if !full.is_empty() {
            return Err(no_room::<E>(full));
        }
        // Its own subscribers are the last who can refuse: room once taken is not given back.
        let own = self.spend_own::<E>(cost)?;
        let mut sent = send_all(&mut receivers, &outgoing);
        drop(receivers);
        self.deliver_if_spent(own, event, cost, &mut sent);
        Ok(sent)
    }

    fn own_or_none<E: Event>(&self, event: E) -> Result<Sent> {
        let mut sent = Sent::default();
        let cost = Self::local_cost(&event);
        let own = self.spend_own::<E>(cost)?;
        self.deliver_if_spent(own, event, cost, &mut sent);
        Ok(sent)
    }

    /// All locks at once, in the order of the links' IDs, which every other caller keeps too.
    fn lock_all(&self) -> Vec<Receiver<'_>> {
        let mut peers: Vec<_> = self.peers().map(|peer| &**peer).collect();
        peers.sort_by_key(|peer| peer.id());
        peers.into_iter().map(|peer| (peer, peer.lock())).collect()
    }

    /// Takes room among the endpoint's own subscribers, if they are meant.
    fn spend_own<E: Event>(&self, cost: u64) -> Result<Option<Result<Turn, Attempt>>> {
        if !self.own {
            return Ok(None);
        }
        match self.route.flow.try_spend(cost) {
            Err(Attempt::NoRoom) => Err(no_room::<E>(vec![self.core.me.name.clone()])),
            spent => Ok(Some(spent)),
        }
    }

    fn deliver_if_spent<E: Event>(
        &self,
        own: Option<Result<Turn, Attempt>>,
        event: E,
        cost: u64,
        sent: &mut Sent,
    ) {
        match own {
            Some(Ok(turn)) => {
                deliver(&self.route, event, self.context(turn.missed()), cost);
                sent.count += 1;
            }
            Some(Err(Attempt::Stalled)) => sent.has_stalled(&self.core.me.name),
            Some(Err(_)) | None => {}
        }
    }
}

fn without_room(receivers: &mut [Receiver<'_>], outgoing: &Outgoing) -> Vec<String> {
    let has_none = |(peer, link): &mut Receiver<'_>| {
        let attempt = link.with(|link| link.probe(outgoing));
        (attempt == Attempt::NoRoom).then(|| peer.name().to_string())
    };
    receivers.iter_mut().filter_map(has_none).collect()
}

fn send_all(receivers: &mut [Receiver<'_>], outgoing: &Outgoing) -> Sent {
    let mut sent = Sent::default();
    for (peer, link) in receivers {
        match link.with(|link| link.try_send(outgoing)) {
            Attempt::Sent => sent.count += 1,
            Attempt::Gone => {}
            _ => sent.has_stalled(peer.name()),
        }
    }
    sent
}

fn no_room<E: Event>(endpoints: Vec<String>) -> Error {
    Error::Full {
        event: E::NAME,
        endpoints,
    }
}
