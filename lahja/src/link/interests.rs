//! What the peer subscribes to on one link: its revisions, and the outflow of each type.

use std::collections::HashMap;

use super::event::{LinkEvent, Violation};
use super::outflow::Outflow;
use super::outgoing::Outgoing;
use crate::id_map::IdMap;
use crate::wire::{EventType, Grant, Subscriptions, TypeId};

/// How many types a peer may subscribe to.
pub(crate) const MAX_TYPES: usize = 4096;

#[derive(Debug)]
pub(crate) struct Interest {
    pub(crate) name: String,
    /// The revision that added it.
    added_in: u64,
    pub(crate) flow: Outflow<Outgoing>,
}

#[derive(Debug, Default)]
pub(crate) struct Interests {
    types: IdMap<TypeId, Interest>,
    /// Flows of removed types: the peer may still confirm what went out.
    retired: HashMap<TypeId, Outflow<Outgoing>>,
    revision: u64,
    /// The whole first set is here.
    complete: bool,
    acknowledged: u64,
}

impl Interests {
    /// Whether the peer's whole first set is known.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(crate) fn get(&self, id: TypeId) -> Option<&Interest> {
        self.types.get(&id)
    }

    pub(crate) fn flow(&mut self, id: TypeId) -> Option<&mut Outflow<Outgoing>> {
        Some(&mut self.types.get_mut(&id)?.flow)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.types.values().map(|interest| interest.name.as_str())
    }

    /// The peer granted bytes; a type that it does not subscribe to any more is confirmed only.
    pub(crate) fn credit(&mut self, grant: &Grant) {
        let id = TypeId::new(grant.type_id);
        let current = self.types.get_mut(&id).map(|interest| &mut interest.flow);
        if let Some(flow) = current.or_else(|| self.retired.get_mut(&id)) {
            flow.credit(grant.bytes);
        }
    }

    /// Events that went out and were not granted back, over all types.
    pub(crate) fn unconfirmed(&self) -> usize {
        let current = self.types.values().map(|interest| &interest.flow);
        current
            .chain(self.retired.values())
            .map(Outflow::unconfirmed)
            .sum()
    }

    /// Applies a change, and says what it means to `events`.
    pub(crate) fn change(
        &mut self,
        change: Subscriptions,
        events: &mut Vec<LinkEvent>,
    ) -> Result<(), Violation> {
        self.check_revision(change.revision)?;
        for id in change.removed {
            self.remove(TypeId::new(id), events);
        }
        for event_type in change.added {
            self.add(event_type, events)?;
        }
        if !self.complete && !change.more {
            self.complete = true;
            events.push(LinkEvent::Ready);
        }
        Ok(())
    }

    /// Whether a change is to be acknowledged.
    pub(crate) fn is_unacknowledged(&self) -> bool {
        self.complete && self.revision > self.acknowledged
    }

    /// The revision that is to be acknowledged now, once.
    pub(crate) fn take_unacknowledged(&mut self) -> Option<u64> {
        self.acknowledge(self.revision)
    }

    /// The revision that is to be acknowledged before an event of this type, once.
    pub(crate) fn take_unacknowledged_for(&mut self, id: TypeId) -> Option<u64> {
        let added_in = self.types.get(&id)?.added_in;
        self.acknowledge(added_in)
    }

    fn acknowledge(&mut self, revision: u64) -> Option<u64> {
        let is_new = self.is_unacknowledged() && revision > self.acknowledged;
        is_new.then(|| {
            self.acknowledged = revision;
            revision
        })
    }

    /// Ends all that waits for room.
    pub(crate) fn drop_waiting(&mut self, events: &mut Vec<LinkEvent>) {
        for interest in self.types.values_mut() {
            drop_waiting(&mut interest.flow, events);
        }
    }

    /// Ends every subscription, as if the peer had removed them all.
    pub(crate) fn clear(&mut self, events: &mut Vec<LinkEvent>) {
        let all: Vec<_> = self.types.keys().copied().collect();
        for id in all {
            self.remove(id, events);
        }
    }

    fn check_revision(&mut self, revision: u64) -> Result<(), Violation> {
        let expected = if self.complete { self.revision + 1 } else { 1 };
        if revision != expected {
            return Err(Violation::protocol(format!(
                "subscriptions of revision {revision} where {expected} is next"
            )));
        }
        self.revision = revision;
        Ok(())
    }

    fn remove(&mut self, id: TypeId, events: &mut Vec<LinkEvent>) {
        if let Some(mut interest) = self.types.remove(&id) {
            drop_waiting(&mut interest.flow, events);
            if interest.flow.unconfirmed() > 0 {
                self.retired.insert(id, interest.flow);
            }
            events.push(LinkEvent::PeerUnsubscribed(id));
        }
    }

    fn add(&mut self, added: EventType, events: &mut Vec<LinkEvent>) -> Result<(), Violation> {
        let id = TypeId::new(added.id);
        if self.types.contains_key(&id) {
            let name = &added.name;
            return Err(Violation::protocol(format!(
                "{name} is subscribed to already"
            )));
        }
        if self.types.len() == MAX_TYPES {
            return Err(Violation::protocol(format!(
                "more than {MAX_TYPES} event types subscribed to"
            )));
        }
        let interest = Interest {
            name: added.name.clone(),
            added_in: self.revision,
            flow: Outflow::new(added.window),
        };
        self.retired.remove(&id);
        self.types.insert(id, interest);
        events.push(LinkEvent::PeerSubscribed(added));
        Ok(())
    }
}

fn drop_waiting(flow: &mut Outflow<Outgoing>, events: &mut Vec<LinkEvent>) {
    events.extend(flow.drain_waiting().map(|(id, _)| LinkEvent::Dropped(id)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(revision: u64, added: Vec<EventType>, removed: Vec<u64>) -> Subscriptions {
        Subscriptions {
            revision,
            added,
            removed,
            more: false,
        }
    }

    #[test]
    fn a_peer_that_adds_and_removes_ever_new_types_leaves_nothing_behind() {
        let mut interests = Interests::default();
        let mut events = Vec::new();
        for round in 0..100 {
            let id = 1 + round;
            let name = format!("t.T{id}");
            let added = vec![EventType {
                id,
                name,
                window: 1,
            }];
            for change in [
                change(2 * round + 1, added, Vec::new()),
                change(2 * round + 2, Vec::new(), vec![id]),
            ] {
                interests
                    .change(change, &mut events)
                    .expect("it is in order");
            }
        }
        assert!(interests.types.is_empty() && interests.retired.is_empty());
    }
}
