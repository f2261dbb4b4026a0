//! What we subscribe to on one link: revisions, their acks, and the inflow of each type.

use std::sync::Arc;

use super::event::Violation;
use super::inflow::{Arrival, Inflow, Ledger};
use crate::id_map::IdMap;
use crate::wire::{EventType, Grant, Subscriptions, TypeId};

/// Entries of one `Subscriptions` frame, so that the set of a link that opens stays far below
/// the smallest frame limit (64 KiB) whatever the names.
const TYPES_PER_FRAME: usize = 200;

#[derive(Debug, Default)]
pub(crate) struct Wanted {
    inflows: IdMap<TypeId, Inflow>,
    /// Of subscriptions that were removed and added again while consumers held events of them.
    renewed: Vec<Arc<Ledger>>,
    revision: u64,
    acknowledged: u64,
}

impl Wanted {
    /// The whole set, as the frames of revision 1.
    pub(crate) fn open(&mut self, types: Vec<EventType>) -> Vec<Subscriptions> {
        self.revision = 1;
        for event_type in &types {
            let inflow = Inflow::new(event_type.window);
            self.inflows.insert(TypeId::new(event_type.id), inflow);
        }
        let mut chunks: Vec<_> = types.chunks(TYPES_PER_FRAME).collect();
        let last = chunks.pop().unwrap_or_default();
        let frame = |added: &[EventType], more| Subscriptions {
            revision: 1,
            added: added.to_vec(),
            removed: Vec::new(),
            more,
        };
        let going_on = chunks.iter().map(|added| frame(added, true));
        going_on.chain([frame(last, false)]).collect()
    }

    /// Adds a type; `None` if it is in the set.
    pub(crate) fn add(&mut self, event_type: EventType) -> Option<Subscriptions> {
        let id = TypeId::new(event_type.id);
        let inflow = match self.inflows.get(&id) {
            Some(old) if !old.is_removed() => return None,
            Some(old) if old.is_over() => Inflow::new(event_type.window),
            Some(_) => Inflow::renewed(event_type.window, self.revision + 1),
            None => Inflow::new(event_type.window),
        };
        self.revision += 1;
        if let Some(old) = self.inflows.insert(id, inflow) {
            self.renewed.retain(|ledger| ledger.is_held());
            self.renewed.extend(old.held_ledger());
        }
        Some(self.change(vec![event_type], Vec::new()))
    }

    /// Removes types; `None` if none of them is in the set.
    pub(crate) fn remove(&mut self, types: &[TypeId]) -> Option<Subscriptions> {
        let revision = self.revision + 1;
        let mut removed = Vec::new();
        for id in types {
            if let Some(inflow) = self.inflows.get_mut(id).filter(|flow| !flow.is_removed()) {
                inflow.remove(revision);
                removed.push(id.get());
            }
        }
        if removed.is_empty() {
            return None;
        }
        self.revision = revision;
        Some(self.change(Vec::new(), removed))
    }

    /// Removes all types.
    pub(crate) fn clear(&mut self) -> Option<Subscriptions> {
        let all: Vec<_> = self.inflows.keys().copied().collect();
        self.remove(&all)
    }

    pub(crate) fn acknowledge(&mut self, revision: u64) -> Result<(), Violation> {
        if revision > self.revision {
            let last = self.revision;
            return Err(Violation::protocol(format!(
                "acknowledged revision {revision}, of which {last} is the last"
            )));
        }
        if revision > self.acknowledged {
            self.acknowledged = revision;
            self.inflows.retain(|_, inflow| {
                inflow.acknowledge(revision);
                !inflow.is_spent()
            });
        }
        Ok(())
    }

    /// The revision of the last change.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The last revision that the peer acknowledged.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Events of this type and cost came, of which the last alone cost `last`.
    pub(crate) fn arrive(&mut self, id: TypeId, cost: u64, last: u64) -> Arrival {
        let inflow = self.inflows.get_mut(&id);
        inflow.map_or(Arrival::Unwanted, |inflow| inflow.arrive(cost, last))
    }

    /// What to grant for one type now.
    pub(crate) fn grant(&mut self, id: TypeId) -> Option<Grant> {
        let inflow = self.inflows.get_mut(&id)?;
        let bytes = inflow.grant();
        if inflow.is_spent() {
            self.inflows.remove(&id);
        }
        Some(Grant {
            type_id: id.get(),
            bytes: bytes?,
        })
    }

    /// What to grant for all types now.
    pub(crate) fn grant_all(&mut self) -> Vec<Grant> {
        let all: Vec<_> = self.inflows.keys().copied().collect();
        all.into_iter().filter_map(|id| self.grant(id)).collect()
    }

    /// Whether consumers still hold events that came on this link.
    pub(crate) fn is_held(&self) -> bool {
        let renewed = self.renewed.iter().any(|ledger| ledger.is_held());
        renewed || self.inflows.values().any(Inflow::is_held)
    }

    fn change(&self, added: Vec<EventType>, removed: Vec<u64>) -> Subscriptions {
        Subscriptions {
            revision: self.revision,
            added,
            removed,
            more: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event_type(name: &str) -> EventType {
        EventType {
            id: TypeId::of(name).get(),
            name: name.to_owned(),
            window: 100,
        }
    }

    #[test]
    fn an_empty_set_is_said_too() {
        let frames = Wanted::default().open(Vec::new());
        assert_eq!(frames.len(), 1);
        assert_eq!((frames[0].revision, frames[0].more), (1, false));
    }

    #[test]
    fn a_large_set_goes_on_in_further_frames_of_revision_1() {
        let types = (0..450).map(|n| event_type(&format!("t.T{n}"))).collect();
        let frames = Wanted::default().open(types);
        let shape: Vec<_> = frames
            .iter()
            .map(|f| (f.revision, f.added.len(), f.more))
            .collect();
        assert_eq!(shape, [(1, 200, true), (1, 200, true), (1, 50, false)]);
    }

    #[test]
    fn what_is_wanted_already_is_not_added_and_what_is_not_is_not_removed() {
        let mut wanted = Wanted::default();
        wanted.open(vec![event_type("a")]);
        assert_eq!(wanted.add(event_type("a")), None);
        assert_eq!(wanted.remove(&[TypeId::of("b")]), None);
        assert_eq!(wanted.revision(), 1);
    }

    #[test]
    fn events_under_way_at_a_removal_arrive_and_those_before_a_renewal_are_stale() {
        let a = TypeId::of("a");
        let mut wanted = Wanted::default();
        wanted.open(vec![event_type("a")]);
        wanted.remove(&[a]);
        assert!(matches!(wanted.arrive(a, 1, 1), Arrival::Deliver(_)));
        wanted.add(event_type("a"));
        wanted.acknowledge(2).unwrap();
        assert!(matches!(wanted.arrive(a, 1, 1), Arrival::Unwanted));
        wanted.acknowledge(3).unwrap();
        assert!(matches!(wanted.arrive(a, 1, 1), Arrival::Deliver(_)));
    }

    #[test]
    fn after_the_ack_of_a_removal_nothing_of_the_type_is_wanted() {
        let a = TypeId::of("a");
        let mut wanted = Wanted::default();
        wanted.open(vec![event_type("a")]);
        wanted.clear();
        wanted.acknowledge(2).unwrap();
        assert!(matches!(wanted.arrive(a, 1, 1), Arrival::Unwanted));
    }

    #[test]
    fn an_ack_of_what_was_never_sent_is_a_violation() {
        let mut wanted = Wanted::default();
        wanted.open(Vec::new());
        let violation = wanted.acknowledge(2).unwrap_err();
        assert!(violation.message.contains("revision 2"), "{violation:?}");
    }
}
