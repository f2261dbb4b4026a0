//! A link, its stream, and whose turn it is to write.

use std::sync::Arc;
use std::task::Waker;

use bytes::Buf;

use super::room::LITTLE;
use super::stream::StreamHandle;
use crate::link::Link;

/// What is unwritten up to this many bytes may be written by whoever said it.
const SPARSE: usize = 512;

// Else a driver that found little to write could leave its socket watched for room, and nobody who
// writes past it would end that.
const _: () = assert!(SPARSE <= LITTLE);

/// What a driver shares with those who use its link.
///
/// What is said on a link lies in its outbox until the driver, which is woken for it, writes all
/// that came together meanwhile. Where little is said at a time that only costs a detour: then who
/// says it writes it, there and then, but once only until the driver had its turn. So a second
/// event on the heels of the first, and all that follow, go by the driver in few system calls.
pub(super) struct Shared {
    pub(super) link: Link,
    stream: Arc<dyn StreamHandle>,
    driver: Waker,
    /// Whether the driver will look for what is unwritten by itself: it was woken, or the stream
    /// will wake it when it takes more.
    awake: bool,
    /// Whether the driver last found little to write.
    sparse: bool,
    /// Whether somebody else wrote, or tried to, since the driver had its turn.
    written_past: bool,
}

impl Shared {
    pub(super) fn new(link: Link, stream: Arc<dyn StreamHandle>) -> Self {
        Self {
            link,
            stream,
            driver: Waker::noop().clone(),
            awake: true,
            sparse: false,
            written_past: false,
        }
    }

    pub(super) fn set_driver(&mut self, waker: &Waker) {
        self.driver.clone_from(waker);
    }

    pub(super) fn wake(&mut self) {
        self.awake = true;
        self.driver.wake_by_ref();
    }

    /// The driver had its turn, and writes so many bytes.
    pub(super) fn driver_writes(&mut self, bytes: usize) {
        self.awake = bytes > 0;
        self.written_past = false;
        if bytes > 0 {
            self.sparse = bytes <= SPARSE;
        }
    }

    /// Sees to it that what is unwritten is written.
    pub(super) fn write_soon(&mut self) {
        if !self.awake && !self.write_now() {
            self.wake();
        }
    }

    /// Writes what is unwritten past the driver, which has nothing left to write; false if that
    /// has something to do.
    fn write_now(&mut self) -> bool {
        if !self.sparse || std::mem::replace(&mut self.written_past, true) {
            return false;
        }
        let Some(mut chunk) = self.link.take_unwritten_up_to(SPARSE) else {
            return false;
        };
        // What fails here fails for the driver too, which says so.
        let written = self.stream.try_write(&chunk.unwritten).unwrap_or(0);
        chunk.unwritten.advance(written);
        if chunk.unwritten.has_remaining() {
            self.link.put_back(chunk);
            return false;
        }
        self.link.written(chunk.tally);
        !self.link.has_news() && !self.link.has_unwritten()
    }
}
