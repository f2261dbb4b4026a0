//! From the link to the stream: all that is there in one write.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;

use super::ByteStream;
use super::reins::Reins;
use crate::link::{Chunk, Tally};

/// How many chunks one write gathers.
const GATHER: usize = 16;

#[derive(Default)]
pub(super) struct Writer {
    chunks: VecDeque<Chunk>,
    finished: Tally,
    shut: bool,
    failed: Option<io::Error>,
}

impl Writer {
    /// Writes once. Pending: the stream takes no more, or there is nothing to write.
    pub(super) fn poll(
        &mut self,
        stream: &mut impl ByteStream,
        link: &mut Reins,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.failed.is_some() {
            // What others did to the link is to be noticed all the same.
            link.drive(|_| ());
            return Poll::Pending;
        }
        let said_all = self.refill(link);
        if self.chunks.is_empty() {
            if said_all && !self.shut {
                self.shut = true;
                // The peer may be gone already: that shows when reading.
                let _ = ready!(Pin::new(stream).poll_shutdown(cx));
            }
            return Poll::Pending;
        }
        match ready!(write(&self.chunks, stream, cx)) {
            Ok(count) => {
                self.advance(count);
                self.report(link);
            }
            Err(error) => self.failed = Some(error),
        }
        Poll::Ready(())
    }

    /// Why nothing can be written any more.
    pub(super) fn failure(&self) -> Option<&io::Error> {
        self.failed.as_ref()
    }

    /// Takes what was said meanwhile; true if nothing ever will be again.
    fn refill(&mut self, link: &mut Reins) -> bool {
        let chunks = &mut self.chunks;
        link.drive_shared(|shared| {
            shared.link.take_unwritten(chunks);
            shared.driver_writes(chunks.iter().map(|chunk| chunk.unwritten.len()).sum());
            shared.link.has_said_all()
        })
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(chunk) = self.chunks.front_mut() {
            let step = count.min(chunk.unwritten.len());
            chunk.unwritten.advance(step);
            count -= step;
            if !chunk.unwritten.is_empty() {
                return;
            }
            self.finished = self.finished.plus(chunk.tally);
            self.chunks.pop_front();
        }
    }

    fn report(&mut self, link: &mut Reins) {
        let finished = std::mem::take(&mut self.finished);
        if finished != Tally::default() {
            link.drive(|link| link.written(finished));
        }
    }
}

fn write(
    chunks: &VecDeque<Chunk>,
    stream: &mut impl ByteStream,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut slices = [IoSlice::new(&[]); GATHER];
    let count = chunks.len().min(GATHER);
    for (slice, chunk) in slices.iter_mut().zip(chunks) {
        *slice = IoSlice::new(&chunk.unwritten);
    }
    match ready!(Pin::new(stream).poll_write_vectored(cx, &slices[..count])) {
        Ok(0) => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
        done => Poll::Ready(done),
    }
}
