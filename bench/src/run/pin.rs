//! Children on one CPU: they inherit it from the thread that starts them.

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

const THIS_THREAD: Pid = Pid::from_raw(0);

/// Keeps this thread on the first CPU that it may use, until it is dropped.
pub(super) struct OneCpu {
    before: CpuSet,
}

impl OneCpu {
    pub(super) fn pin() -> Result<Self> {
        let before = sched_getaffinity(THIS_THREAD)?;
        let first = (0..CpuSet::count()).find(|cpu| before.is_set(*cpu).unwrap_or(false));
        let mut one = CpuSet::new();
        one.set(first.context("a CPU to run on")?)?;
        sched_setaffinity(THIS_THREAD, &one)?;
        Ok(Self { before })
    }
}

impl Drop for OneCpu {
    fn drop(&mut self) {
        // It was allowed before.
        let _ = sched_setaffinity(THIS_THREAD, &self.before);
    }
}
