//! The only place that awaits I/O: one task per connection, which moves bytes between its stream
//! and its link.

mod attempt;
mod busy_poll;
mod connection;
mod greet;
mod reader;
mod reins;
mod room;
mod shared;
mod stream;
mod unix;
mod writer;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Sleep;

pub(crate) use connection::{Connection, Locked};
pub(crate) use greet::{Greeted, Refused, await_greeting, refuse, send_hello};
pub(crate) use stream::ByteStream;
pub(crate) use unix::UnixTransport;

use crate::link::{Ending, LinkEvent};
use busy_poll::BusyPoll;
use reader::Reader;
use reins::Reins;
use writer::Writer;

/// What acts on what happens on connections: the layer above.
pub(crate) trait Sink: Send + Sync + 'static {
    fn handle(&self, connection: &Arc<Connection>, event: LinkEvent);
}

/// The time that links are told; tests may pause it.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Drives one connection to its end.
///
/// Resolves when the link is over. Dropped before, as when its runtime ends, it ends the link.
pub(crate) struct Driver<S> {
    stream: S,
    reins: Reins,
    reader: Reader,
    writer: Writer,
    busy_poll: BusyPoll,
    timer: Pin<Box<Sleep>>,
    /// What the timer is set to.
    timer_due: Option<Instant>,
}

impl<S: ByteStream> Driver<S> {
    /// `received` is what was read behind the peer's hello, `max_frame_len` what this side takes,
    /// and `busy_poll` for how long to look for more before this thread may sleep.
    pub(crate) fn new(
        stream: S,
        connection: Arc<Connection>,
        sink: Arc<dyn Sink>,
        received: BytesMut,
        max_frame_len: usize,
        busy_poll: Duration,
    ) -> Self {
        Self {
            stream,
            reins: Reins::new(connection, sink),
            reader: Reader::new(received, max_frame_len),
            writer: Writer::default(),
            busy_poll: BusyPoll::new(busy_poll),
            timer: Box::pin(tokio::time::sleep_until(tokio::time::Instant::now())),
            timer_due: None,
        }
    }

    /// Reads and writes until neither makes progress, or until those who take what was read had
    /// better do so, while the processor has it at hand.
    fn poll_io(&mut self, cx: &mut Context<'_>) {
        loop {
            let read = self.reader.poll(&mut self.stream, &mut self.reins, cx);
            let handed_on = self.reins.dispatch();
            let wrote = self.writer.poll(&mut self.stream, &mut self.reins, cx);
            self.reins.dispatch();
            if read.is_ready() && self.reader.has_read_exchanged() {
                self.busy_poll.exchanged(Instant::now);
            }
            if read.is_pending() && wrote.is_pending() {
                if self.busy_poll.looks_again(Instant::now) {
                    defer_wake(cx);
                }
                break;
            }
            if handed_on && self.reader.has_read_much() {
                yield_to_others(cx);
                break;
            }
        }
        self.fail_if_unwritable();
    }

    /// A peer that takes nothing more ends the link. If it is gone, what it sent may lie unread,
    /// though the runtime does not know yet: then the end of its stream ends the link.
    fn fail_if_unwritable(&mut self) {
        let Some(error) = self.writer.failure() else {
            return;
        };
        if self.reader.has_ended() || !self.reins.connection().has_hung_up() {
            self.reins.drive(|link| link.handle_failure(error));
            self.reins.dispatch();
        }
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let due = self.reins.due();
        let Some(at) = due else {
            return Poll::Pending;
        };
        if self.timer_due != due {
            self.timer_due = due;
            self.timer.as_mut().reset(at.into());
        }
        ready!(self.timer.as_mut().poll(cx));
        self.reins.drive(|link| link.handle_timeout(now()));
        self.timer_due = None;
        Poll::Ready(())
    }
}

/// Wakes this task once others had their turn.
///
/// On a runtime of one thread these are to include the task that it was started with, which would
/// come last if this task just woke itself. On one of several, deferring would keep this task from
/// the threads that are idle.
fn yield_to_others(cx: &mut Context<'_>) {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::CurrentThread) => defer_wake(cx),
        _ => cx.waker().wake_by_ref(),
    }
}

/// Wakes this task once its thread has asked for news of I/O, which it does, without waiting for
/// them, when it has nothing else to do.
fn defer_wake(cx: &mut Context<'_>) {
    // Pending the first time, on all runtimes.
    let _ = pin!(tokio::task::yield_now()).poll(cx);
}

impl<S: ByteStream> Future for Driver<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.reins.register(cx.waker());
        loop {
            this.poll_io(cx);
            if this.reins.is_over() {
                return Poll::Ready(());
            }
            ready!(this.poll_timer(cx));
        }
    }
}

impl<S> Drop for Driver<S> {
    fn drop(&mut self) {
        self.reins.drive(|link| link.finish(Ending::Crashed));
        self.reins.dispatch();
        self.reins.release();
    }
}
