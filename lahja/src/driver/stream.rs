//! The byte streams that connections run on.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

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
