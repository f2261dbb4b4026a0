//! Who a broadcast or a request is for, and in what form it goes there.

use std::sync::Arc;

use super::core::Core;
use super::routes::Route;
use crate::driver::Connection;
use crate::link::{Attempt, Outgoing, cost, encode};
use crate::local::Context;
use crate::wire::MAX_FRAME_LEN_BEFORE_HELLO;
use crate::{BroadcastConfig, Error, Event, Result};

/// The receivers of one event now.
pub(super) struct Targets<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) route: Arc<Route>,
    config: Option<&'a BroadcastConfig>,
    /// Whether this endpoint's own subscribers are among them.
    pub(super) own: bool,
}

impl<'a> Targets<'a> {
    pub(super) fn of<E: Event>(
        core: &'a Arc<Core>,
        config: Option<&'a BroadcastConfig>,
    ) -> Result<Self> {
        let route = core.routes.of::<E>()?;
        let allowed = config.is_none_or(|config| config.allows_self(&core.me.name));
        Ok(Self {
            core,
            own: allowed && !route.topics.is_empty(),
            route,
            config,
        })
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = &Arc<Connection>> {
        let allowed = |name: &str| {
            self.config
                .is_none_or(|config| config.allowed_to_receive(name))
        };
        self.route
            .peers
            .iter()
            .filter(move |peer| allowed(peer.name()))
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.own && self.peers().next().is_none()
    }

    /// Whether the event is sent to peers without headers and uncompressed.
    pub(super) fn are_bare(&self) -> bool {
        self.core.compressor().is_off() && self.headers().is_none()
    }

    /// The event as it leaves for peers, within the limits of all of them.
    pub(super) fn encode<E: Event>(&self, event: &E, request_id: u64) -> Result<Outgoing> {
        let outgoing = Outgoing {
            type_id: E::TYPE_ID,
            payload: self.core.compressor().payload(encode(event)),
            headers: self.headers(),
            request_id,
            response_to: 0,
        };
        let len = outgoing.frame_len();
        if len > MAX_FRAME_LEN_BEFORE_HELLO {
            self.check_len::<E>(&outgoing, len)?;
        }
        Ok(outgoing)
    }

    /// What one local delivery of the event costs: as much as its frame would, headers aside.
    pub(super) fn local_cost<E: Event>(event: &E) -> u64 {
        cost(event.encoded_len())
    }

    pub(super) fn context(&self, missed: u64) -> Context {
        Context {
            origin: self.core.name.clone(),
            headers: self.headers(),
            missed,
        }
    }

    fn headers(&self) -> Option<Arc<std::collections::BTreeMap<String, String>>> {
        let headers = &self.config?.headers;
        (!headers.is_empty()).then(|| Arc::new(headers.clone()))
    }

    /// No limit is below what the caller compared with, so this is for large events alone.
    fn check_len<E: Event>(&self, outgoing: &Outgoing, len: usize) -> Result<()> {
        let too_large = |endpoint: &str, len, limit| {
            Err(Error::TooLarge {
                event: E::NAME,
                endpoint: endpoint.to_owned(),
                len,
                limit,
            })
        };
        let own = self.core.options.max_frame_len;
        if len > own {
            return too_large(&self.core.me.name, len, own);
        }
        for peer in self.peers() {
            if let Attempt::TooLarge { len, limit } = peer.with(|link| link.probe(outgoing)) {
                return too_large(peer.name(), len, limit);
            }
        }
        Ok(())
    }
}
