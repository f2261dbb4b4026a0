//! A beat that is exact to some microseconds, which tokio's timers are not.

use std::os::fd::{AsFd, AsRawFd, RawFd};

use anyhow::Result;
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

pub(crate) struct Pace(AsyncFd<Timer>);

struct Timer(TimerFd);

impl AsRawFd for Timer {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

impl Pace {
    #[allow(
        deprecated,
        reason = "its successor is unsafe; this timer owns its descriptor"
    )]
    pub(crate) fn new(per_second: u64) -> Result<Self> {
        let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::TFD_NONBLOCK)?;
        let interval = TimeSpec::new(0, (1_000_000_000 / per_second) as i64);
        timer.set(Expiration::Interval(interval), TimerSetTimeFlags::empty())?;
        Ok(Self(AsyncFd::with_interest(
            Timer(timer),
            Interest::READABLE,
        )?))
    }

    /// Waits for the next beat. Beats that were missed are not made up for.
    pub(crate) async fn tick(&self) -> Result<()> {
        loop {
            let mut ready = self.0.readable().await?;
            if let Ok(result) = ready.try_io(|timer| Ok(timer.get_ref().0.wait()?)) {
                return Ok(result?);
            }
        }
    }
}
