//! The way of most broadcasts: a small event, to peers that have room.

use std::sync::Arc;

use crate::Event;
use crate::driver::Connection;
use crate::endpoint::core::Core;
use crate::endpoint::routes::Route;
use crate::link::{Ids, with_bare_frame};
use crate::wire::TypeId;

/// How far a broadcast came that is not complete.
#[derive(Debug, Default)]
pub(in crate::endpoint) struct Express {
    /// How many peers got it.
    pub(super) sent: usize,
    /// The peers that are left; `None` if this way was not tried.
    pub(super) left: Option<Vec<Arc<Connection>>>,
}

impl Core {
    /// Sends an event to the peers that its bare frame suits, and that have room, without waiting
    /// and without moving it; gives how many these are, if they are all who subscribe. If not,
    /// others have to do the rest.
    ///
    /// It is encoded before the look at who gets it, as that runs no one else's code: what no peer
    /// wants is not encoded, as far as a filter can tell.
    pub(in crate::endpoint) fn begin_broadcast<E: Event>(
        &self,
        event: &E,
    ) -> Result<usize, Express> {
        let mut express = Express::default();
        if !self.may_be_for_peers_alone(E::TYPE_ID) {
            return Err(express);
        }
        let serve = |frame: &[u8]| {
            let routes = &self.routes;
            routes.lend::<E, _>(|route| express.serve(route, E::TYPE_ID, frame))
        };
        match with_bare_frame(event, Ids::default(), serve).flatten() {
            Some(true) => Ok(express.sent),
            _ => Err(express),
        }
    }

    fn may_be_for_peers_alone(&self, type_id: TypeId) -> bool {
        self.is_running()
            && self.compressor().is_off()
            && self.routes.may_be_wanted(type_id)
            && !self.routes.has_topics(type_id)
    }
}

impl Express {
    /// True if these were all who subscribe, and got it. Where this endpoint subscribes itself it is
    /// to get the event before what others make of it, so nobody is served here.
    fn serve(&mut self, route: &Route, type_id: TypeId, frame: &[u8]) -> bool {
        if !route.topics.is_empty() {
            return false;
        }
        let mut left = Vec::new();
        for peer in &route.peers {
            match peer.try_send_bare(type_id, 0, frame) {
                true => self.sent += 1,
                false => left.push(peer.clone()),
            }
        }
        let is_complete = left.is_empty() && self.sent > 0;
        self.left = Some(left);
        is_complete
    }
}
