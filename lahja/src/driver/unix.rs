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

use super::{ByteStream, StreamHandle};

/// What a socket is asked to hold unread, in bytes: by default both sides would wake each other for
/// every half of that.
const SEND_BUFFER: usize = 208 * 1024;

/// Writes up to this many bytes are those of a peer to which little is said.
const LITTLE: usize = 4 * 1024;

/// A Unix socket that others than the driver have a handle to.
///
/// The runtime is asked to watch it for bytes to read, and for room only while there is none. With
/// each read a peer makes room, and a process that waits for an answer would be woken for that
/// before it is for the answer.
pub(crate) struct UnixTransport {
    /// What tokio has for a descriptor that is only read. It reads a socket as it does a pipe.
    socket: Arc<pipe::Receiver>,
    /// The same for room.
    room: Option<pipe::Sender>,
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
            room: None,
        })
    }

    /// Writes up to `len` bytes that are there; `None` if there is no room after all.
    fn attempt_write(&mut self, bufs: &[IoSlice<'_>], len: usize) -> Option<io::Result<usize>> {
        let socket = &self.socket;
        let write = || {
            let alone = &mut SendAncillaryBuffer::default();
            Ok(sendmsg(&**socket, bufs, alone, WRITING)?)
        };
        match &self.room {
            Some(room) => attempt(|io| room.try_io(io), len, write),
            None => attempt(|io| io(), len, write),
        }
    }

    /// Has the socket watched for room from when it takes less than it was given until little is
    /// said, and that goes through.
    fn watch_room(&mut self, len: usize, written: Option<&io::Result<usize>>) -> io::Result<()> {
        match written {
            Some(Ok(count)) if *count == len => {
                if len <= LITTLE {
                    self.room = None;
                }
            }
            Some(Err(_)) => {}
            _ if self.room.is_some() => {}
            _ => {
                // A descriptor of its own, as one is watched for one thing.
                let socket = self.socket.as_fd().try_clone_to_owned()?;
                self.room = Some(pipe::Sender::from_owned_fd_unchecked(socket)?);
            }
        }
        Ok(())
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

/// Reads or writes up to `len` bytes; `None` if the socket was not ready after all.
///
/// A socket that did less than it was asked to has nothing more to give, or no more room: it then
/// counts as not ready, as tokio's own streams have it, which spares a system call that would only
/// say so. Unless, that is, the peer sends files or urgent data, at which the kernel ends a read:
/// no peer has a reason to, and one that does may have to wait for its next bytes to be heard.
/// [`ByteStream::look_again`] spares it that for small frames.
fn attempt(
    try_io: impl FnOnce(&mut dyn FnMut() -> io::Result<usize>) -> io::Result<usize>,
    len: usize,
    mut io: impl FnMut() -> io::Result<usize>,
) -> Option<io::Result<usize>> {
    let mut partly = None;
    let done = try_io(&mut || match io() {
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
        loop {
            if let Some(room) = &self.room {
                ready!(room.poll_write_ready(cx))?;
            }
            let written = self.attempt_write(bufs, len);
            self.watch_room(len, written.as_ref())?;
            if let Some(written) = written {
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

    use futures::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

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
        let infos = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
        let watched: Vec<_> = infos
            .flat_map(|info| info.lines().map(str::to_owned).collect::<Vec<_>>())
            .filter(|line| line.starts_with("tfd:") && line.contains(&inode))
            .collect();
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
