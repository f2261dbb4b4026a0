//! What a process that takes part is told.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::work::Work;

/// The environment variable that carries the job, as JSON.
pub(crate) const JOB: &str = "LAHJA_BENCH_JOB";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) peer: String,
    pub(crate) role: Role,
    /// An empty directory to meet in.
    pub(crate) place: PathBuf,
    pub(crate) time: Duration,
    pub(crate) work: Work,
}

/// The host listens and the guests come; which of them sends depends on the work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Role {
    /// Sends events, or answers requests.
    Host,
    /// Receives events, or asks: the guest of this number, from 0.
    Guest(usize),
}

impl Job {
    pub(crate) fn of_this_process() -> Result<Option<Self>> {
        match env::var(JOB) {
            Ok(text) => Ok(Some(
                serde_json::from_str(&text).context("this process's job")?,
            )),
            Err(_) => Ok(None),
        }
    }

    /// Whether this process starts when told to, and keeps the others busy.
    pub(crate) fn drives(&self) -> bool {
        (self.role == Role::Host) != self.work.is_requests()
    }

    /// Whether this process says when it is through.
    pub(crate) fn ends(&self) -> bool {
        match self.role {
            Role::Host => !self.work.is_requests(),
            Role::Guest(guest) => !self.work.is_idle(guest),
        }
    }
}
