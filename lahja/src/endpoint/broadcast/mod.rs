//! Sending an event to all who subscribe to it.

mod express;
mod nowait;
mod pass;
mod sent;
mod waiting;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use sent::Sent;

use super::core::Core;
use super::targets::Targets;
use crate::steps::Steps;
use crate::{BroadcastConfig, Error, Event, Result};
use express::Express;
use waiting::Waiting;

impl Core {
    pub(super) async fn broadcast_with<E: Event>(
        self: &Arc<Self>,
        event: E,
        config: &BroadcastConfig,
    ) -> Result<Sent> {
        take_turn().await;
        if config.wait_for_subscriber {
            let deadline = Instant::now() + self.broadcast_timeout(Some(config));
            self.await_subscriber::<E>(Some(config), deadline).await?;
        }
        let express = Express::default();
        self.finish_broadcast(event, Some(config), express).await
    }

    /// Sends an event to those that `express` left.
    pub(super) async fn finish_broadcast<E: Event>(
        self: &Arc<Self>,
        event: E,
        config: Option<&BroadcastConfig>,
        express: Express,
    ) -> Result<Sent> {
        if express.sent == 0 {
            self.check_running()?;
        }
        let targets = Targets::of::<E>(self, config)?;
        if targets.is_empty() && express.sent == 0 {
            return nobody::<E>(config);
        }
        let pass = targets.first_pass(event, express)?;
        let sent = if pass.full.is_empty() && pass.own.is_none() {
            pass.sent
        } else {
            let within = self.broadcast_timeout(config);
            let waiting = Waiting::begin(&targets, pass, Instant::now() + within);
            waiting.finish::<E>(within).await
        };
        if sent.count == 0 && !sent.is_complete() {
            // That nobody made room may be because this endpoint has stopped meanwhile.
            self.check_running()?;
        }
        judge::<E>(sent, config)
    }

    pub(super) fn broadcast_nowait<E: Event>(
        self: &Arc<Self>,
        event: E,
        config: Option<&BroadcastConfig>,
    ) -> Result<Sent> {
        self.check_running()?;
        let targets = Targets::of::<E>(self, config)?;
        if targets.is_empty() {
            return nobody::<E>(config);
        }
        judge::<E>(targets.all_or_none(event)?, config)
    }

    pub(super) async fn await_subscriber<E: Event>(
        self: &Arc<Self>,
        config: Option<&BroadcastConfig>,
        deadline: Instant,
    ) -> Result<()> {
        let somebody = || Targets::of::<E>(self, config).is_ok_and(|targets| !targets.is_empty());
        let stopped = || self.closing.is_cancelled();
        let came = self
            .in_time(deadline, self.until(|| somebody() || stopped()))
            .await;
        self.check_running()?;
        came.ok_or_else(|| no_subscribers::<E>(config))
    }

    fn broadcast_timeout(&self, config: Option<&BroadcastConfig>) -> Duration {
        let own = config.and_then(|config| config.timeout);
        own.unwrap_or(self.options.broadcast_timeout)
    }
}

/// A loop of broadcasts must not keep the connections of this thread from writing.
pub(super) async fn take_turn() {
    thread_local! {
        static STEPS: Cell<Steps> = const { Cell::new(Steps::of_sending()) };
    }
    let mut steps = STEPS.get();
    let begins = steps.begins();
    STEPS.set(steps);
    if begins {
        tokio::task::coop::consume_budget().await;
    }
}

fn nobody<E: Event>(config: Option<&BroadcastConfig>) -> Result<Sent> {
    match config {
        Some(config) if config.require_subscriber || config.wait_for_subscriber => {
            Err(no_subscribers::<E>(Some(config)))
        }
        _ => Ok(Sent::default()),
    }
}

/// Nobody of those who are meant subscribes.
pub(super) fn no_subscribers<E: Event>(config: Option<&BroadcastConfig>) -> Error {
    let endpoint = config.and_then(BroadcastConfig::only);
    Error::NoSubscribers {
        event: E::NAME,
        endpoint: endpoint.map(str::to_owned),
    }
}

fn judge<E: Event>(sent: Sent, config: Option<&BroadcastConfig>) -> Result<Sent> {
    if sent.count == 0 && sent.is_complete() {
        // Those who subscribed a moment ago do not any more.
        return nobody::<E>(config);
    }
    let all = config.is_some_and(|config| config.require_all);
    let nobody_had_room = sent.count == 0 && sent.is_stalled();
    if nobody_had_room || all && !sent.is_complete() {
        return Err(Error::Stalled {
            event: E::NAME,
            endpoints: sent.undelivered().to_vec(),
        });
    }
    Ok(sent)
}
