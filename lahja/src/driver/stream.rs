//! The byte streams that connections run on.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::set_socket_send_buffer_size;
use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::UnixStream;

/// What a connection runs on: a Unix socket, or memory.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// The same stream as others than the driver have it.
    fn handle(&self) -> Arc<dyn StreamHandle>;

    /// Reads what is there, though the stream said that there was nothing more.
    fn look_again(&mut self, into: &mut [u8]) -> io::Result<usize>;
}

/// A stream that its driver owns, for others.
pub(crate) trait StreamHandle: Send + Sync {
    /// Whether the peer is gone, even behind data that nobody read yet.
    fn has_hung_up(&self) -> bool;

    /// Writes what the stream takes at once.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
}

/// What a socket is asked to hold unread, in bytes: by default both sides would wake each other for
/// every half of that.
const SEND_BUFFER: usize = 208 * 1024;

/// A Unix socket that others than the driver have a handle to.
pub(crate) struct UnixTransport(Arc<UnixStream>);

impl UnixTransport {
    pub(crate) fn new(stream: UnixStream) -> Self {
        // The kernel caps what is asked for, then doubles it, and may refuse: all are fine.
        if let Err(error) = set_socket_send_buffer_size(&stream, SEND_BUFFER) {
            tracing::debug!(%error, "the socket keeps its send buffer as it is");
        }
        Self(Arc::new(stream))
    }

    /// The user that the process at the other end runs as.
    pub(crate) fn peer_uid(&self) -> io::Result<u32> {
        Ok(self.0.peer_cred()?.uid())
    }
}

impl ByteStream for UnixTransport {
    fn handle(&self) -> Arc<dyn StreamHandle> {
        Arc::new(UnixHandle(Arc::downgrade(&self.0)))
    }

    fn look_again(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Ok(recv(&*self.0, into, RecvFlags::DONTWAIT)?.0)
    }
}

/// Does not keep the socket open once its driver is gone.
struct UnixHandle(Weak<UnixStream>);

impl StreamHandle for UnixHandle {
    fn has_hung_up(&self) -> bool {
        self.0.upgrade().is_none_or(|stream| has_hung_up(&stream))
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let stream = self.0.upgrade().ok_or(io::ErrorKind::BrokenPipe)?;
        stream.try_write(bytes)
    }
}

/// `POLLRDHUP` shows even behind unread data; see poll(2).
fn has_hung_up(stream: &UnixStream) -> bool {
    let mut fds = [PollFd::new(stream, PollFlags::RDHUP)];
    let no_wait = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let gone = PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR;
    poll(&mut fds, Some(&no_wait)).is_ok() && fds[0].revents().intersects(gone)
}

/// Reads or writes up to `len` bytes; `None` if the socket was not ready after all.
///
/// A socket that did less than it was asked to has nothing more to give, or no more room: it then
/// counts as not ready, as tokio's own streams have it, which spares a system call that would only
/// say so. Unless, that is, the peer sends files or urgent data, at which the kernel ends a read:
/// no peer has a reason to, and one that does may have to wait for its next bytes to be heard.
/// [`ByteStream::look_again`] spares it that for small frames.
fn attempt(
    stream: &UnixStream,
    interest: Interest,
    len: usize,
    io: impl FnOnce() -> io::Result<usize>,
) -> Option<io::Result<usize>> {
    let mut partly = None;
    let done = stream.try_io(interest, || match io() {
        Ok(count) if 0 < count && count < len => {
            partly = Some(count);
            Err(io::ErrorKind::WouldBlock.into())
        }
        done => done,
    });
    match (partly, done) {
        (Some(count), _) => Some(Ok(count)),
        (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => None,
        (None, done) => Some(done),
    }
}

impl AsyncRead for UnixTransport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            let space = buf.remaining();
            let read = || self.0.try_read_buf(buf);
            if let Some(done) = attempt(&self.0, Interest::READABLE, space, read) {
                return Poll::Ready(done.map(|_| ()));
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
        let len = bufs.iter().map(|buf| buf.len()).sum();
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            let write = || self.0.try_write_vectored(bufs);
            if let Some(done) = attempt(&self.0, Interest::WRITABLE, len, write) {
                return Poll::Ready(done);
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
    fn handle(&self) -> Arc<dyn StreamHandle> {
        Arc::new(DuplexHandle)
    }

    /// Memory knows what it has.
    fn look_again(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

struct DuplexHandle;

impl StreamHandle for DuplexHandle {
    /// In memory, the driver sees the end as soon as it comes.
    fn has_hung_up(&self) -> bool {
        false
    }

    /// Only its driver can write to it.
    fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}
