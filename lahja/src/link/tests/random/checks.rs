//! What must hold on the way, at rest, and in the end.

use super::super::id;
use super::half::{Half, Mark, NAMES};
use crate::link::Phase;
use crate::wire::TypeId;

impl Half {
    /// Nobody found the other to be wrong.
    pub(super) fn check_talking(&self) {
        let phase = &self.side.link.phase;
        assert!(*phase == Phase::Talking, "{phase:?}");
    }

    /// What arrived is in order, and tells exactly of what the sender gave up just before it.
    pub(super) fn check_arrived(&mut self, sender: &Half) {
        while let Some(arrived) = self.side.arrived.pop_front() {
            let it = &arrived.broadcast;
            let type_id = TypeId::new(it.type_id);
            let mark = Mark::of(&it.payload);
            let before = self.seen.insert(type_id, mark);
            assert!(before < Some(mark), "{mark:?} after {before:?}");
            let start = before.filter(|before| before.epoch == mark.epoch);
            let missing = |(name, lost): &&(&str, Mark)| {
                let since = start.is_none_or(|start| *lost > start);
                id(name) == type_id && lost.epoch == mark.epoch && since && *lost < mark
            };
            let missing = sender.given_up.iter().filter(missing).count();
            assert_eq!(it.missed, missing as u64, "missed before {mark:?}");
            match it.request_id {
                0 => self.held.push(arrived),
                request_id => self.owed.push(request_id),
            }
        }
    }

    pub(super) fn check_rest(&self) {
        let link = &self.side.link;
        assert!(self.waiting.is_empty(), "{:?} wait for ever", self.waiting);
        assert!(self.awaited.is_empty(), "{:?} never end", self.awaited);
        assert!(!link.owes_answers() && !link.wanted.is_held());
        assert_eq!(link.unconfirmed(), 0);
        for name in NAMES {
            let interest = link.interests.get(id(name));
            assert!(interest.is_none_or(|it| it.flow.is_whole()), "{interest:?}");
        }
    }

    pub(super) fn check_parted(&mut self) {
        let heard = self.side.heard();
        let closed = heard.last().expect("the link is over");
        assert!(closed.ends_with("(Shutdown): , 0 unconfirmed"), "{closed}");
    }
}
