//! Unix sockets.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::set_socket_send_buffer_size;
use rustix::net::{
    RecvFlags, SendAncillaryBuffer, SendFlags, Shutdown, recv, send, sendmsg, shutdown,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix::pipe;

use super::attempt::attempt;
use super::room::Room;
use super::stream::{ByteStream, StreamHandle};

/// What a socket is asked to hold unread, in bytes: by default both sides would wake each other for
/// every half of that.
const SEND_BUFFER: usize = 208 * 1024;

/// A Unix socket that others than the driver have a handle to.
pub(crate) struct UnixTransport {
    /// What tokio has for a descriptor that is watched for bytes alone, and that safe code can make
    /// and read from. It is meant for pipes, and knows nothing of its descriptor but that read(2)
    /// reads from it, as it does from a socket.
    socket: Arc<pipe::Receiver>,
    room: Room,
}

impl UnixTransport {
    pub(crate) fn new(stream: UnixStream) -> io::Result<Self> {
        // The kernel caps what is asked for, then doubles it, and may refuse: all are fine.
        if let Err(error) = set_socket_send_buffer_size(&stream, SEND_BUFFER) {
            tracing::debug!(%error, "the socket keeps its send buffer as it is");
        }
        let socket = OwnedFd::from(stream.into_std()?);
        Ok(Self {
            socket: Arc::new(pipe::Receiver::from_owned_fd_unchecked(socket)?),
            room: Room::Unwatched,
        })
    }
}

impl ByteStream for UnixTransport {
    fn handle(&self) -> Arc<dyn StreamHandle> {
        Arc::new(UnixHandle(Arc::downgrade(&self.socket)))
    }

    fn look_again(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Ok(recv(&*self.socket, into, RecvFlags::DONTWAIT)?.0)
    }
}

/// Does not keep the socket open once its driver is gone.
struct UnixHandle(Weak<pipe::Receiver>);

impl StreamHandle for UnixHandle {
    fn has_hung_up(&self) -> bool {
        self.0.upgrade().is_none_or(|socket| has_hung_up(&*socket))
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let socket = self.0.upgrade().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(send(&*socket, bytes, WRITING)?)
    }
}

/// A peer that is gone is an error, not a signal.
const WRITING: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);

/// `POLLRDHUP` shows even behind unread data; see poll(2).
fn has_hung_up(socket: &impl AsFd) -> bool {
    let mut fds = [PollFd::new(socket, PollFlags::RDHUP)];
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
            ready!(self.socket.poll_read_ready(cx))?;
            let (socket, space) = (&self.socket, buf.remaining());
            let read = || socket.try_read_buf(buf);
            if let Some(done) = attempt(|io| socket.try_io(io), space, read) {
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
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A peer that reads as fast as this side writes must not keep other tasks from running.
        let step = ready!(tokio::task::coop::poll_proceed(cx));
        let len = bufs.iter().map(|buf| buf.len()).sum();
        let Self { socket, room } = &mut *self;
        loop {
            ready!(room.poll(cx))?;
            let write = || {
                let alone = &mut SendAncillaryBuffer::default();
                Ok(sendmsg(&**socket, bufs, alone, WRITING)?)
            };
            if let Some(written) = room.fill(&**socket, len, write) {
                step.made_progress();
                return Poll::Ready(written);
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
        Poll::Ready(shutdown(&*self.socket, Shutdown::Write).map_err(io::Error::from))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use futures::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::driver::room::LITTLE;

    const EPOLLOUT: u32 = 4;

    fn pair() -> (UnixTransport, UnixStream) {
        let (near, far) = UnixStream::pair().expect("a pair of sockets");
        (UnixTransport::new(near).expect("a transport"), far)
    }

    /// Whether the kernel is asked to say when there is room; see proc_pid_fdinfo(5).
    fn is_watched_for_room(transport: &UnixTransport) -> bool {
        let inode = rustix::fs::fstat(&*transport.socket).expect("fstat").st_ino;
        let inode = format!(" ino:{inode:x} ");
        let files = fs::read_dir("/proc/self/fdinfo").expect("/proc");
        let infos: String = files
            .filter_map(|file| fs::read_to_string(file.ok()?.path()).ok())
            .collect();
        let is_watch = |line: &&str| line.starts_with("tfd:") && line.contains(&inode);
        let watched: Vec<_> = infos.lines().filter(is_watch).collect();
        assert!(!watched.is_empty(), "the socket is watched for bytes");
        watched.iter().any(|line| {
            let events = line.split("events:").nth(1).expect("a mask");
            let events = events.split_whitespace().next().expect("a mask");
            u32::from_str_radix(events, 16).expect("hexadecimal") & EPOLLOUT != 0
        })
    }

    /// Writes until there is no room; gives how much that was.
    fn fill(transport: &mut UnixTransport) -> usize {
        let bytes = [7; 64 * 1024];
        let write = || transport.write(&bytes).now_or_never();
        std::iter::from_fn(write)
            .map(|count| count.expect("written"))
            .sum()
    }

    #[tokio::test]
    async fn the_peers_reading_wakes_nobody_while_there_is_room() {
        let (mut near, mut far) = pair();
        assert!(!is_watched_for_room(&near));
        near.write_all(b"a question").await.expect("written");
        far.read_exact(&mut [0; 10]).await.expect("read");
        assert!(!is_watched_for_room(&near));
    }

    #[tokio::test]
    async fn a_socket_that_cannot_be_watched_is_looked_at_again() {
        let (mut near, mut far) = pair();
        let mut unread = vec![0; fill(&mut near)];
        near.room = Room::later();

        let both = async { tokio::join!(far.read_exact(&mut unread), near.write(b"the rest")) };
        let both = tokio::time::timeout(Duration::from_secs(20), both).await;
        let (read, written) = both.expect("it is looked at again");
        read.expect("read");
        assert_eq!(written.expect("written"), 8);
    }

    #[tokio::test]
    async fn who_finds_no_room_is_woken_for_it_until_little_is_said() {
        let (mut near, mut far) = pair();
        let mut unread = vec![0; fill(&mut near)];
        assert!(is_watched_for_room(&near));

        let (read, written) =
            tokio::join!(far.read_exact(&mut unread), near.write(&[7; LITTLE + 1]));
        read.expect("read");
        assert_eq!(written.expect("written"), LITTLE + 1);
        assert!(is_watched_for_room(&near), "much is said");

        near.write_all(b"a question").await.expect("written");
        assert!(!is_watched_for_room(&near));
        let mut rest = vec![0; LITTLE + 1 + 10];
        far.read_exact(&mut rest).await.expect("read");
        assert!(rest.ends_with(b"a question"));
    }
}
