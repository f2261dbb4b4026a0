//! Connecting to an endpoint, which may not be there yet, or may be connecting to us.

mod attempt;
mod missed;

use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::context::TokioContext;

use super::core::{Core, Dialled, random};
use super::directory::Place;
use crate::error::Rejection;
use crate::{ConnectionConfig, Error, Result};
use missed::Missed;

const FIRST_BACKOFF: Duration = Duration::from_millis(2);
const LONGEST_BACKOFF: Duration = Duration::from_millis(250);

impl Core {
    /// Resolves once events can flow.
    pub(super) async fn connect(self: &Arc<Self>, config: &ConnectionConfig) -> Result<()> {
        let dial = self.dial(config)?;
        dial.run().await
    }

    /// Checks what can be checked at once, and claims the name for this attempt.
    pub(super) fn dial(self: &Arc<Self>, config: &ConnectionConfig) -> Result<Dial> {
        self.check_running()?;
        let place = Place::of(config, self.options.directory.as_deref())?;
        if place.name == self.me.name {
            return Err(rejected(&place.name, Rejection::Itself));
        }
        let mut registry = self.registry();
        registry.forget_if_gone(&place.name);
        match registry.dialled.entry(place.name.clone()) {
            Entry::Occupied(_) => return Err(rejected(&place.name, Rejection::AlreadyConnected)),
            Entry::Vacant(entry) => entry.insert(Dialled::Dialling),
        };
        drop(registry);
        Ok(Dial {
            core: self.clone(),
            place,
        })
    }
}

/// An attempt to connect, from the first try to the link. Dropped before, it gives the name back.
pub(super) struct Dial {
    core: Arc<Core>,
    place: Place,
}

impl Drop for Dial {
    fn drop(&mut self) {
        let mut registry = self.core.registry();
        if registry.dialled.get(&self.place.name) == Some(&Dialled::Dialling) {
            registry.dialled.remove(&self.place.name);
        }
    }
}

impl Dial {
    pub(super) async fn run(self) -> Result<()> {
        let within = self.core.options.connect_timeout;
        let deadline = Instant::now() + within;
        let closing = self.core.closing.clone();
        let tries = closing.run_until_cancelled(self.until_linked(deadline));
        match tries.await {
            Some(Ok(())) => {
                self.keep();
                Ok(())
            }
            Some(Err(Missed::ForGood(error))) => Err(error),
            Some(Err(Missed::ForNow { why, rejection })) => {
                Err(self.gave_up(within, &why, rejection))
            }
            None => Err(self.core.stopped()),
        }
    }

    /// The name stays ours for as long as the link lives.
    fn keep(&self) {
        let mut registry = self.core.registry();
        if registry.connection(&self.place.name).is_some() {
            registry
                .dialled
                .insert(self.place.name.clone(), Dialled::Linked);
        }
    }

    async fn until_linked(&self, deadline: Instant) -> Result<(), Missed> {
        let mut backoff = FIRST_BACKOFF;
        let mut missed = Missed::for_now("it does not answer");
        loop {
            if self.use_link(deadline).await {
                return Ok(());
            }
            match self.core.in_time(deadline, self.attempt_at_home()).await {
                Some(Ok(())) if self.use_link(deadline).await => return Ok(()),
                Some(Ok(())) => missed = Missed::for_now("it ended before events could flow"),
                Some(Err(for_good @ Missed::ForGood(_))) => return Err(for_good),
                Some(Err(for_now)) => missed = for_now,
                // What was said to an earlier try says more than silence at the deadline.
                None => {}
            }
            if Instant::now() >= deadline || self.core.pending.has_ended() {
                return Err(missed);
            }
            self.pause(backoff, deadline).await;
            backoff = (backoff * 2).min(LONGEST_BACKOFF);
        }
    }

    /// One try, in the context of the endpoint's runtime: the connection belongs there, and the
    /// caller's runtime, if it has one, may end before it.
    async fn attempt_at_home(&self) -> Result<(), Missed> {
        TokioContext::new(self.attempt(), self.core.runtime.clone()).await
    }

    /// Waits for the link that there is to become ready; false if there is none, or not any more.
    async fn use_link(&self, deadline: Instant) -> bool {
        let name = &self.place.name;
        let Some(connection) = self.core.registry().connection(name).cloned() else {
            return false;
        };
        let settled = self
            .core
            .until(|| connection.is_open() || connection.is_over());
        let in_time = self.core.in_time(deadline, settled).await.is_some();
        in_time && connection.is_open()
    }

    /// Waits before the next try; less if the peer's own connect gives a link meanwhile.
    async fn pause(&self, backoff: Duration, deadline: Instant) {
        // Between half and all of it, so that those who lost the same peer do not return together.
        let jittered = backoff / 2 + backoff.mul_f64(random() as f64 / u64::MAX as f64) / 2;
        let until = deadline.min(Instant::now() + jittered);
        let linked = self
            .core
            .until(|| self.core.registry().connection(&self.place.name).is_some());
        // Either way it is time to try again.
        let _ = self.core.in_time(until, linked).await;
    }

    fn gave_up(&self, after: Duration, why: &str, rejection: Option<Rejection>) -> Error {
        if let Some(rejection) = rejection {
            return rejected(&self.place.name, rejection);
        }
        let (name, socket) = (&self.place.name, self.place.socket.display());
        Error::DeadlineExceeded {
            what: format!("connecting to {name} at {socket} ({why})"),
            after,
        }
    }
}

fn rejected(endpoint: &str, rejection: Rejection) -> Error {
    Error::ConnectionRejected {
        endpoint: endpoint.to_owned(),
        rejection,
    }
}
