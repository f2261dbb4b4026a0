//! The byte streams that connections run on.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;

/// What a connection runs on: a Unix socket, or memory.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Tells whether the peer is gone, even behind data that nobody read yet.
    fn hang_up_probe(&self) -> HangUpProbe;
}

/// Asks a stream that its driver owns whether the peer hung up.
pub(crate) type HangUpProbe = Box<dyn Fn() -> bool + Send + Sync>;

/// A Unix socket whose state others than the driver can ask for.
pub(crate) struct UnixTransport(Arc<UnixStream>);

impl UnixTransport {
    pub(crate) fn new(stream: UnixStream) -> Self {
        Self(Arc::new(stream))
    }

    /// The user that the process at the other end runs as.
    pub(crate) fn peer_uid(&self) -> io::Result<u32> {
        Ok(self.0.peer_cred()?.uid())
    }
}

impl ByteStream for UnixTransport {
    fn hang_up_probe(&self) -> HangUpProbe {
        let stream = Arc::downgrade(&self.0);
        Box::new(move || has_hung_up(&stream))
    }
}

/// `POLLRDHUP` shows even behind unread data; see poll(2).
fn has_hung_up(stream: &Weak<UnixStream>) -> bool {
    let Some(stream) = stream.upgrade() else {
        return true;
    };
    let mut fds = [PollFd::new(&*stream, PollFlags::RDHUP)];
    let no_wait = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let gone = PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR;
    poll(&mut fds, Some(&no_wait)).is_ok() && fds[0].revents().intersects(gone)
}

impl AsyncRead for UnixTransport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            match self.0.try_read_buf(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done.map(|_| ())),
            }
        }
    }
}

impl AsyncWrite for UnixTransport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match self.0.try_write_vectored(bufs) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = rustix::net::shutdown(&*self.0, rustix::net::Shutdown::Write);
        Poll::Ready(shut.map_err(io::Error::from))
    }
}

impl ByteStream for tokio::io::DuplexStream {
    /// In memory, the driver sees the end as soon as it comes.
    fn hang_up_probe(&self) -> HangUpProbe {
        Box::new(|| false)
    }
}
