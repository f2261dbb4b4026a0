//! Asking, and what becomes of it: an answer, an error, or the deadline.

use std::sync::Arc;
use std::time::Duration;

use smol_str::SmolStr;
use tokio::time::Instant;

use super::broadcast::no_subscribers;
use super::core::Core;
use super::pending::Collecting;
use super::routes::Route;
use super::targets::Targets;
use super::verdict::read;
use crate::cancel_flag::CancelFlag;
use crate::driver::{Connection, now};
use crate::link::{Attempt, Ids, LinkId, with_bare_frame};
use crate::local::{AnswerSlot, Context, Outcome, Receipt, Requester, SELF};
use crate::wire::{FailureCode, TypeId};
use crate::{BroadcastConfig, Error, Request, Result};

impl Core {
    pub(super) async fn request<R: Request>(
        self: &Arc<Self>,
        request: R,
        config: Option<&BroadcastConfig>,
    ) -> Result<R::Response> {
        tokio::task::coop::consume_budget().await;
        self.check_running()?;
        let own = config.and_then(|config| config.timeout);
        let within = own.unwrap_or(self.options.request_timeout);
        let deadline = Instant::now() + within;
        if config.is_some_and(|config| config.wait_for_subscriber) {
            self.await_subscriber::<R>(config, deadline).await?;
        }
        let targets = Targets::of::<R>(self, config)?;
        if targets.is_empty() {
            return Err(no_subscribers::<R>(config));
        }
        let mut asking = Asking::begin(&targets, request, deadline)?;
        let answered = asking.answer::<R>().await;
        answered.unwrap_or_else(|| Err(asking.overdue::<R>(within)))
    }
}

/// A request under way. Dropped, it tells those who did not answer that nobody waits any more.
struct Asking {
    collecting: Collecting,
    type_id: TypeId,
    peers: Vec<Arc<Connection>>,
    own: Option<Own>,
}

/// The requester's own subscribers, if they are asked too.
struct Own {
    route: Arc<Route>,
    cancelled: Arc<CancelFlag>,
}

impl Asking {
    fn begin<R: Request>(targets: &Targets<'_>, request: R, deadline: Instant) -> Result<Self> {
        let core = targets.core;
        let mut asking = Self {
            collecting: Collecting::begin(core, deadline),
            type_id: R::TYPE_ID,
            peers: Vec::new(),
            own: None,
        };
        asking.ask_peers(targets, &request)?;
        if targets.own {
            asking.ask_own(targets, request);
        }
        Ok(asking)
    }

    fn ask_peers<R: Request>(&mut self, targets: &Targets<'_>, request: &R) -> Result<()> {
        let id = self.collecting.id();
        let left = self.ask_express(targets, request);
        if left.is_empty() {
            return Ok(());
        }
        let outgoing = targets.encode(request, id)?;
        for peer in left {
            match peer.with(|link| link.send_or_wait(&outgoing, id)) {
                Attempt::Sent | Attempt::NoRoom => {
                    self.peers.push(peer.clone());
                }
                Attempt::Gone | Attempt::Stalled | Attempt::TooLarge { .. } => {}
            }
        }
        Ok(())
    }

    /// Asks the peers that the request's bare frame suits, and that have room; gives the others.
    fn ask_express<'t, R: Request>(
        &mut self,
        targets: &'t Targets<'_>,
        request: &R,
    ) -> Vec<&'t Arc<Connection>> {
        let everyone = || targets.peers().collect::<Vec<_>>();
        if !targets.are_bare() || targets.peers().next().is_none() {
            return everyone();
        }
        let ids = Ids {
            request_id: self.collecting.id(),
            ..Ids::default()
        };
        let ask = |frame: &[u8]| {
            let mut left = Vec::new();
            for peer in targets.peers() {
                match peer.try_send_bare(R::TYPE_ID, ids.request_id, frame) {
                    true => self.peers.push(peer.clone()),
                    false => left.push(peer),
                }
            }
            left
        };
        with_bare_frame(request, ids, ask).unwrap_or_else(everyone)
    }

    fn ask_own<R: Request>(&mut self, targets: &Targets<'_>, request: R) {
        let own = Own {
            route: targets.route.clone(),
            cancelled: Arc::default(),
        };
        let cost = Targets::local_cost(&request);
        let (route, cancelled) = (own.route.clone(), own.cancelled.clone());
        let exchange = self.collecting.collector.clone();
        let context = targets.context(0);
        let deliver = move |missed| {
            let Some(missed) = missed else {
                return exchange.push(SELF, shutting_down());
            };
            let flow = route.flow.clone();
            let requester = Requester::Local {
                exchange,
                flow,
                cost,
            };
            let opening = AnswerSlot::open(requester, cancelled);
            let context = Context { missed, ..context };
            route.deliver(request, context, Receipt::Request, Some(opening));
        };
        let id = self.collecting.id();
        own.route.flow.wait(id, cost, Box::new(deliver));
        self.own = Some(own);
    }

    /// The first good answer, or the last reason why there is none; `None` if the deadline passed.
    /// Cancel safe.
    async fn answer<R: Request>(&mut self) -> Option<Result<R::Response>> {
        let mut failure = no_subscribers::<R>(None);
        while !self.peers.is_empty() || self.own.is_some() {
            let (from, outcome) = self.collecting.next_in_time().await?;
            if matches!(outcome, Outcome::Sent) {
                continue;
            }
            let Some(name) = self.candidate(from) else {
                continue;
            };
            match read::<R>(self.core(), &name, outcome) {
                Ok(answer) => return Some(Ok(answer)),
                Err(error) => failure = error,
            }
        }
        Some(Err(failure))
    }

    /// Takes a candidate off the list: it said all that it will.
    fn candidate(&mut self, from: LinkId) -> Option<SmolStr> {
        match from {
            SELF => self.own.take().map(|_| self.core().name.clone()),
            _ => {
                let at = self.peers.iter().position(|peer| peer.id() == from)?;
                Some(self.peers.swap_remove(at).name().clone())
            }
        }
    }

    fn core(&self) -> &Core {
        self.collecting.core()
    }

    fn overdue<R: Request>(&self, after: Duration) -> Error {
        Error::DeadlineExceeded {
            what: format!("{} at {}", R::NAME, self.names().join(", ")),
            after,
        }
    }

    fn names(&self) -> Vec<String> {
        let own = self.own.iter().map(|_| self.core().me.name.clone());
        self.peers
            .iter()
            .map(|peer| peer.name().to_string())
            .chain(own)
            .collect()
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let id = self.collecting.id();
        for peer in &self.peers {
            peer.with(|link| {
                if !link.abandon(self.type_id, id) {
                    link.cancel(now(), id);
                }
            });
        }
        if let Some(own) = &self.own {
            own.route.flow.abandon(id);
            own.cancelled.cancel();
        }
    }
}

fn shutting_down() -> Outcome {
    Outcome::Failed {
        code: FailureCode::ShuttingDown,
        message: "the endpoint is stopping".to_owned(),
    }
}
