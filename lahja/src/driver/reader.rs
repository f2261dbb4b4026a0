//! From the stream to the link: many frames per read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::BytesMut;
use tokio_util::io::poll_read_buf;

use super::reins::Reins;
use super::{ByteStream, now};
use crate::link::{Link, Violation};
use crate::wire::codec::{PREFIX_LEN, decode_next};
use crate::wire::run::Run;

/// What an idle connection keeps for the next read.
const IDLE_READ: usize = 4 * 1024;

/// What is read at once while the peer has more to say.
const BUSY_READ: usize = 64 * 1024;

/// What is small for a part of a frame, in bytes.
const SMALL_PART: usize = 512;

pub(super) struct Reader {
    buffer: BytesMut,
    max_frame_len: usize,
    read_size: usize,
    filled: bool,
    /// Whether requests or answers were among what was read last.
    exchanged: bool,
    /// Whether the last read ended soon within a frame, though it could have taken more.
    unsure: bool,
    /// The peer's bytes make no sense any more: they are read, so that its end shows, and dropped.
    deaf: bool,
    started: bool,
    ended: bool,
}

impl Reader {
    pub(super) fn new(received: BytesMut, max_frame_len: usize) -> Self {
        Self {
            buffer: received,
            max_frame_len,
            read_size: IDLE_READ,
            filled: false,
            exchanged: false,
            unsure: false,
            deaf: false,
            started: false,
            ended: false,
        }
    }

    /// Reads once and hands all whole frames to the link. Pending: nothing to read, or the end.
    pub(super) fn poll(
        &mut self,
        stream: &mut impl ByteStream,
        link: &mut Reins,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        self.filled = false;
        self.exchanged = false;
        if self.ended {
            return Poll::Pending;
        }
        if !self.started {
            // What came behind the peer's hello is there before the first read.
            self.started = true;
            self.handle_frames(link);
        }
        let count = match std::mem::take(&mut self.unsure) {
            true => ready!(self.poll_look_again(stream, cx)),
            false => None,
        };
        let read = match count {
            Some(read) => read,
            None => ready!(self.poll_read(stream, cx)),
        };
        match read {
            Ok(0) => self.end(link),
            Ok(count) => {
                let took_all = self.buffer.len() < self.buffer.capacity();
                self.adapt(count);
                self.handle_frames(link);
                self.unsure = took_all && self.is_within_a_small_part();
            }
            Err(error) => self.fail(link, &error),
        }
        Poll::Ready(())
    }

    fn poll_read(
        &mut self,
        stream: &mut impl ByteStream,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        self.make_room();
        poll_read_buf(Pin::new(stream), cx, &mut self.buffer)
    }

    /// A part of a frame was all that there was, so the stream said. Reads what there is all the
    /// same; `None` if there is nothing.
    fn poll_look_again(
        &mut self,
        stream: &mut impl ByteStream,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<usize>>> {
        // A peer that always has more must not keep the other tasks of this thread from running.
        let step = ready!(tokio::task::coop::poll_proceed(cx));
        step.made_progress();
        let len = self.buffer.len();
        self.buffer.resize(len + IDLE_READ, 0);
        let read = stream.look_again(&mut self.buffer[len..]);
        self.buffer.truncate(len + *read.as_ref().unwrap_or(&0));
        match read {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Ready(None),
            read => Poll::Ready(Some(read)),
        }
    }

    /// Of a large frame that comes in parts more is coming, and with that the news of it.
    fn is_within_a_small_part(&self) -> bool {
        (1..SMALL_PART).contains(&self.buffer.len())
    }

    /// Whether the last read brought requests or answers.
    pub(super) fn has_read_exchanged(&self) -> bool {
        self.exchanged
    }

    /// Whether the last read filled what it was given, and that was much.
    pub(super) fn has_read_much(&self) -> bool {
        self.filled
    }

    /// Whether the peer's stream has been read to its end.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    fn make_room(&mut self) {
        let spare = self.buffer.capacity() - self.buffer.len();
        if spare < self.read_size / 2 {
            self.buffer.reserve(self.read_size);
        }
    }

    /// Reads more at once while the peer fills what it gets, and less when it falls silent.
    fn adapt(&mut self, count: usize) {
        if self.buffer.len() == self.buffer.capacity() {
            self.filled = self.read_size == BUSY_READ;
            self.read_size = BUSY_READ;
        } else if count < IDLE_READ / 2 {
            self.read_size = IDLE_READ;
        }
    }

    fn handle_frames(&mut self, link: &mut Reins) {
        let now = now();
        link.drive(|link| while !self.deaf && self.handle_next(now, link) {});
        if self.deaf {
            self.buffer.clear();
        }
        if self.buffer.is_empty() && self.read_size == IDLE_READ {
            // An idle connection holds no buffer that a burst made large.
            if self.buffer.capacity() > BUSY_READ {
                self.buffer = BytesMut::new();
            }
        }
    }

    /// Hands the next frames to the link; false if none is whole yet.
    fn handle_next(&mut self, now: Instant, link: &mut Link) -> bool {
        if let Some(run) = Run::take(&mut self.buffer) {
            link.handle_run(now, run);
            return true;
        }
        let before = self.buffer.len();
        match decode_next(&mut self.buffer, self.max_frame_len) {
            Ok(Some(frame)) => {
                self.exchanged |= frame.is_exchanged();
                let len = before - self.buffer.len() - PREFIX_LEN;
                link.handle_frame(now, frame, len);
                true
            }
            Ok(None) => false,
            Err(error) => {
                self.deaf = true;
                link.violated(now, Violation::from(error));
                false
            }
        }
    }

    fn end(&mut self, link: &mut Reins) {
        self.ended = true;
        link.drive(|link| link.handle_end());
    }

    fn fail(&mut self, link: &mut Reins, error: &io::Error) {
        self.ended = true;
        link.drive(|link| link.handle_failure(error));
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use bytes::BytesMut;
    use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

    use super::{ByteStream, IDLE_READ, Reader, io};
    use crate::driver::stream::StreamHandle;

    /// Has another byte whenever it is looked at again.
    struct NeverSilent(DuplexStream);

    impl ByteStream for NeverSilent {
        fn handle(&self) -> Arc<dyn StreamHandle> {
            self.0.handle()
        }

        fn look_again(&mut self, into: &mut [u8]) -> io::Result<usize> {
            into[0] = 0;
            Ok(1)
        }
    }

    impl AsyncRead for NeverSilent {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_read(cx, buf)
        }
    }

    impl AsyncWrite for NeverSilent {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(cx)
        }
    }

    #[tokio::test]
    async fn a_peer_that_always_has_another_byte_is_looked_at_for_one_turn_alone() {
        let mut stream = NeverSilent(duplex(1).0);
        let mut reader = Reader::new(BytesMut::new(), IDLE_READ);
        let looks = std::future::poll_fn(|cx| {
            let again = |_: &usize| reader.poll_look_again(&mut stream, cx).is_ready();
            Poll::Ready((0..100_000).take_while(again).count())
        });
        let looks = looks.await;
        assert!((1..100_000).contains(&looks), "{looks} looks in one turn");
    }
}
