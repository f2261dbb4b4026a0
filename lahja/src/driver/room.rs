//! Whether a socket takes more, and how to hear when it does.

use std::io;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::net::unix::pipe;
use tokio::time::{Sleep, sleep};

use super::attempt::attempt;

/// Writes up to this many bytes are those of a peer to which little is said.
pub(super) const LITTLE: usize = 4 * 1024;

/// How soon a socket is looked at again that cannot be watched.
const LATER: Duration = Duration::from_millis(10);

/// Room in a socket.
///
/// With each read a peer makes room, and a process that waits for an answer would be woken for that
/// before it is for the answer. So a socket is watched for room from when it takes less than it is
/// given until little is said, and that goes through. For so long a connection takes two
/// descriptors: what a runtime watches one for is settled as it begins to.
#[derive(Debug)]
pub(super) enum Room {
    Unwatched,
    /// By a descriptor of its own. (A pipe is what tokio has for one that is watched for room alone,
    /// and that safe code can make.)
    Watched(pipe::Sender),
    /// There is no room, and nothing to watch it by: the process has no descriptor left, say.
    Later(Pin<Box<Sleep>>),
}

impl Room {
    /// Ready once a write may succeed.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Unwatched => Poll::Ready(Ok(())),
            Self::Watched(room) => room.poll_write_ready(cx),
            Self::Later(time) => {
                ready!(time.as_mut().poll(cx));
                *self = Self::Unwatched;
                Poll::Ready(Ok(()))
            }
        }
    }

    /// Writes up to `len` bytes to the socket; `None` if there is no room after all.
    pub(super) fn fill(
        &mut self,
        socket: &impl AsFd,
        len: usize,
        write: impl FnMut() -> io::Result<usize>,
    ) -> Option<io::Result<usize>> {
        let written = match self {
            Self::Watched(room) => attempt(|io| room.try_io(io), len, write),
            _ => attempt(|io| io(), len, write),
        };
        match &written {
            Some(Ok(count)) if *count == len => self.has_taken_all(len),
            Some(Err(_)) => {}
            _ => self.has_taken_less(socket),
        }
        written
    }

    fn has_taken_all(&mut self, len: usize) {
        if len <= LITTLE {
            *self = Self::Unwatched;
        }
    }

    fn has_taken_less(&mut self, socket: &impl AsFd) {
        if let Self::Watched(_) = self {
            return;
        }
        let own = socket.as_fd().try_clone_to_owned();
        *self = match own.and_then(pipe::Sender::from_owned_fd_unchecked) {
            Ok(room) => Self::Watched(room),
            Err(error) => {
                tracing::debug!(%error, "a socket without room cannot be watched");
                Self::later()
            }
        };
    }

    pub(super) fn later() -> Self {
        Self::Later(Box::pin(sleep(LATER)))
    }
}
