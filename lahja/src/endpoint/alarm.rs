//! A timer that any thread sets.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that wakes one task when it goes off. Setting it takes no turn of that task, which might
/// have to wait for the very thread that sets it; one that is not set keeps no clock busy.
#[derive(Debug)]
pub(super) struct Alarm {
    sleep: Pin<Box<Sleep>>,
    is_set: bool,
    listener: Waker,
}

impl Alarm {
    /// One of the current runtime, which is not set.
    pub(super) fn new() -> Self {
        Self {
            sleep: Box::pin(sleep_until(Instant::now())),
            is_set: false,
            listener: Waker::noop().clone(),
        }
    }

    /// Whether it is not set to go off by then.
    pub(super) fn is_later_than(&self, at: Instant) -> bool {
        !self.is_set || at < self.sleep.deadline()
    }

    /// Sets it to go off then, and not as it was set before.
    pub(super) fn set(&mut self, at: Instant) {
        self.sleep.as_mut().reset(at);
        self.is_set = true;
        let listener = self.listener.clone();
        // Whatever this task has left of its budget, the timer has to be registered.
        let mut registered = pin!(unconstrained(self.sleep.as_mut()));
        let mut cx = Context::from_waker(&listener);
        if registered.as_mut().poll(&mut cx).is_ready() {
            listener.wake();
        }
    }

    /// Ready, once, when it goes off; until then the task of `cx` listens.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.listener.clone_from(cx.waker());
        if !self.is_set {
            return Poll::Pending;
        }
        ready!(self.sleep.as_mut().poll(cx));
        self.is_set = false;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_off_once_each_time_it_is_set() {
        let alarm = Arc::new(Mutex::new(Alarm::new()));
        let times = Arc::new(Mutex::new(Vec::new()));
        let (heard, start) = (alarm.clone(), Instant::now());
        let noted = times.clone();
        tokio::spawn(async move {
            loop {
                poll_fn(|cx| heard.lock().unwrap().poll(cx)).await;
                noted.lock().unwrap().push(start.elapsed().as_secs());
            }
        });
        let wait = |seconds| tokio::time::sleep(Duration::from_secs(seconds));
        let set = |seconds| {
            let mut alarm = alarm.lock().unwrap();
            alarm.set(start + Duration::from_secs(seconds));
        };
        wait(1).await;
        set(10);
        set(5);
        wait(20).await;
        set(30);
        wait(20).await;
        set(40);
        wait(1).await;
        assert_eq!(times.lock().unwrap()[..], [5, 30, 41]);
    }
}
