//! The requests under way on one link, in both directions.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::inflow::Ledger;
use crate::cancel_flag::CancelFlag;
use crate::id_map::IdMap;
use crate::wire::TypeId;

/// A request of the peer's that we owe an answer.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) type_id: TypeId,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) cost: u64,
    /// Cancelled once no answer is wanted any more.
    pub(crate) cancelled: Arc<CancelFlag>,
    /// The peer does not wait any more; its consumers may still hold it.
    pub(crate) given_up: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Exchanges {
    /// Requests that went out here and are not answered. Only these may be answered here.
    awaited: IdMap<u64, ()>,
    owed: IdMap<u64, Owed>,
}

impl Exchanges {
    pub(crate) fn sent(&mut self, request_id: u64) {
        self.awaited.insert(request_id, ());
    }

    /// An answer or a failure came, or nobody waits for one any more; false if none was awaited.
    pub(crate) fn conclude(&mut self, request_id: u64) -> bool {
        self.awaited.remove(&request_id).is_some()
    }

    /// The requests that nobody will answer once the link is gone.
    pub(crate) fn take_awaited(&mut self) -> Vec<u64> {
        self.awaited.drain().map(|(id, ())| id).collect()
    }

    /// A request came; false if its number is in use.
    #[must_use]
    pub(crate) fn owe(&mut self, request_id: u64, owed: Owed) -> bool {
        match self.owed.entry(request_id) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(owed);
                true
            }
        }
    }

    /// The answer goes out, or is no longer wanted; `None` if it was settled before.
    pub(crate) fn settle(&mut self, request_id: u64) -> Option<Owed> {
        self.owed.remove(&request_id)
    }

    /// The peer does not wait for this answer any more. Its credit returns all the same when it is
    /// settled: what lies in a consumer's queue takes room there, wanted or not.
    pub(crate) fn give_up(&mut self, request_id: u64) {
        if let Some(owed) = self.owed.get_mut(&request_id) {
            owed.given_up = true;
            owed.cancelled.cancel();
        }
    }

    /// No answer can be given any more.
    pub(crate) fn cancel_owed(&mut self) {
        for (_, owed) in self.owed.drain() {
            owed.cancelled.cancel();
        }
    }

    pub(crate) fn owes(&self) -> bool {
        self.owed.values().any(|owed| !owed.given_up)
    }

    pub(crate) fn owed_ids(&self) -> Vec<u64> {
        self.owed.keys().copied().collect()
    }
}
