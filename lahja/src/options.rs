//! The limits of an endpoint, and their defaults.

use std::path::PathBuf;
use std::time::Duration;

use crate::wire::{DEFAULT_MAX_FRAME_LEN, MAX_FRAME_LEN_BEFORE_HELLO};
use crate::{Error, Result};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// 10 years: no deadline is so far away that a clock could not tell it.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Who does not sleep for a second has no use for sleeping.
const LONGEST_BUSY_POLL: Duration = Duration::from_secs(1);

/// The timeout, or the longest that there is: `Duration::MAX` is a way to say forever.
pub(crate) fn bounded(timeout: Duration) -> Duration {
    timeout.min(LONGEST_TIMEOUT)
}

/// What the builder sets.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) directory: Option<PathBuf>,
    pub(crate) allowed_uids: Vec<u32>,
    pub(crate) max_frame_len: usize,
    pub(crate) window: u64,
    pub(crate) unwritten_events: usize,
    pub(crate) unwritten_control: usize,
    pub(crate) compress_above: Option<usize>,
    pub(crate) handshake_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) broadcast_timeout: Duration,
    pub(crate) drain_timeout: Duration,
    pub(crate) handlers: usize,
    pub(crate) busy_poll: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            directory: None,
            allowed_uids: Vec::new(),
            max_frame_len: DEFAULT_MAX_FRAME_LEN,
            window: MIB as u64,
            unwritten_events: MIB,
            unwritten_control: 32 * MIB,
            compress_above: None,
            handshake_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            broadcast_timeout: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(5),
            handlers: 64,
            busy_poll: Duration::from_micros(100),
        }
    }
}

impl Options {
    /// Whether processes of this user may be at the other end of a connection.
    pub(crate) fn allows(&self, uid: u32) -> bool {
        uid == rustix::process::geteuid().as_raw() || self.allowed_uids.contains(&uid)
    }

    pub(crate) fn check(&self) -> Result<()> {
        let invalid = |option, problem: String| Err(Error::InvalidOption { option, problem });
        let smallest = MAX_FRAME_LEN_BEFORE_HELLO;
        if self.max_frame_len < smallest || u32::try_from(self.max_frame_len).is_err() {
            let problem = format!(
                "{} is not from {smallest} to 2^32-1 bytes",
                self.max_frame_len
            );
            return invalid("max_frame_len", problem);
        }
        if self.window == 0 || i64::try_from(self.window).is_err() {
            return invalid(
                "window",
                format!("{} is not from 1 to 2^63-1 bytes", self.window),
            );
        }
        if self.busy_poll > LONGEST_BUSY_POLL {
            let problem = format!("{:?} is longer than a second", self.busy_poll);
            return invalid("busy_poll", problem);
        }
        if self.handlers == 0 {
            return invalid("handlers", "0 handlers would never answer".to_owned());
        }
        Ok(())
    }
}
