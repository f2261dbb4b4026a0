//! Making endpoints, with limits of one's own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::DuplexStream;
use tokio::runtime::Handle;

use super::Endpoint;
use super::core::Core;
use super::directory::{NameLock, Place};
use super::listen::listen;
use crate::driver::Greeted;
use crate::link::handshake::Greeting;
use crate::options::{Options, bounded};
use crate::wire::check_endpoint_name;
use crate::{ConnectionConfig, Error, Result};

/// What the two ends of a pair can hold unread, in bytes.
const PAIR_BUFFER: usize = 256 * 1024;

/// An endpoint to be, and its limits.
///
/// ```
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> lahja::Result<()> {
/// # let directory = tempfile::tempdir().expect("a temporary directory");
/// let endpoint = lahja::Endpoint::builder("bob")
///     .directory(directory.path())
///     .request_timeout(Duration::from_secs(2))
///     .compress_above(4 * 1024)
///     .serve()
///     .await?;
/// # endpoint.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "`serve` or `start` makes the endpoint"]
pub struct EndpointBuilder {
    config: ConnectionConfig,
    options: Options,
}

impl EndpointBuilder {
    pub(super) fn new(config: ConnectionConfig) -> Self {
        Self {
            options: Options {
                directory: config.directory().map(Into::into),
                ..Options::default()
            },
            config,
        }
    }

    /// Where its socket is, and those of the endpoints that it connects to by name alone. See
    /// [`ConnectionConfig::from_name`] for the default.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.options.directory = Some(directory.into());
        self
    }

    /// Lets processes of this user connect, and connects to theirs, beside the own user's. They
    /// need a way to the socket, which is then open to whoever the directory lets through: one
    /// that lahja makes lets nobody else, so give it a [`directory`](Self::directory) of mode 711.
    /// Who connects is checked all the same.
    pub fn allow_uid(mut self, uid: u32) -> Self {
        self.options.allowed_uids.push(uid);
        self
    }

    /// The largest frame that it sends or takes, in bytes: an event and some 50 bytes, from
    /// 64 KiB on. Default: 16 MiB.
    pub fn max_frame_len(mut self, bytes: usize) -> Self {
        self.options.max_frame_len = bytes;
        self
    }

    /// How many bytes of one event type each peer may have under way to it. Default: 1 MiB.
    pub fn window(mut self, bytes: u64) -> Self {
        self.options.window = bytes;
        self
    }

    /// Events to a peer wait while more than so many bytes of them are unwritten. Default: 1 MiB.
    pub fn unwritten_events(mut self, bytes: usize) -> Self {
        self.options.unwritten_events = bytes;
        self
    }

    /// A peer that leaves more bytes of answers and control than this unread, beside the largest
    /// of them, is disconnected. Default: 32 MiB.
    pub fn unwritten_control(mut self, bytes: usize) -> Self {
        self.options.unwritten_control = bytes;
        self
    }

    /// Compresses events larger than this many bytes with snappy, for peers that can read that.
    /// Default: never.
    pub fn compress_above(mut self, bytes: usize) -> Self {
        self.options.compress_above = Some(bytes);
        self
    }

    /// How long a new connection may take to say hello, and then what it subscribes to.
    /// Default: 5 s.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.options.handshake_timeout = bounded(timeout);
        self
    }

    /// How long `connect_to` waits for an endpoint that is not there yet. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options.connect_timeout = bounded(timeout);
        self
    }

    /// How long a request may take. Default: 10 s.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.options.request_timeout = bounded(timeout);
        self
    }

    /// How long a broadcast waits for receivers without room. Default: 5 s.
    pub fn broadcast_timeout(mut self, timeout: Duration) -> Self {
        self.options.broadcast_timeout = bounded(timeout);
        self
    }

    /// How long `stop` and `disconnect_from` may take to close in order. Default: 5 s.
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.options.drain_timeout = bounded(timeout);
        self
    }

    /// How many requests that cannot be answered at once one `respond` handles at a time. Default: 64.
    pub fn handlers(mut self, handlers: usize) -> Self {
        self.options.handlers = handlers;
        self
    }

    /// How long a connection that has just brought requests or answers looks for more before its
    /// thread may sleep; at the most a second, more is [`Error::InvalidOption`]. As long as the next
    /// come sooner than a sleeping thread can be woken, that makes a request several times as fast,
    /// and the thread busy all the time; where it does not pay it is soon tried but rarely. Zero:
    /// never. Default: 100 µs, of real time also where tokio's clock is paused, which stands still
    /// meanwhile.
    pub fn busy_poll(mut self, span: Duration) -> Self {
        self.options.busy_poll = span;
        self
    }

    /// Runs the endpoint, and listens for others.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`], [`Error::InvalidName`], [`Error::PathTooLong`],
    /// [`Error::InsecureDirectory`], [`Error::NameTaken`], [`Error::Io`]; on each of the first
    /// three nothing was touched.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time enabled.
    pub async fn serve(self) -> Result<Endpoint> {
        let mut lock = self.acquire()?;
        let listener = lock.listen(!self.options.allowed_uids.is_empty())?;
        let core = self.start_core(Some(lock));
        core.spawn(listen(core.clone(), listener));
        Ok(Endpoint::of(core))
    }

    /// Runs the endpoint without listening: it connects to others, none connects to it. Its name
    /// is taken all the same.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time enabled.
    pub async fn start(self) -> Result<Endpoint> {
        let lock = self.acquire()?;
        Ok(Endpoint::of(self.start_core(Some(lock))))
    }

    /// Runs two endpoints that are connected in memory, and touches no file.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`], [`Error::InvalidName`], [`Error::ConnectionRejected`] if both
    /// have one name.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time enabled.
    pub async fn pair(self, other: Self) -> Result<(Endpoint, Endpoint)> {
        self.check()?;
        other.check()?;
        if self.config.name() == other.config.name() {
            return Err(Error::ConnectionRejected {
                endpoint: self.config.name().to_owned(),
                rejection: crate::Rejection::Itself,
            });
        }
        let (near, far) = (self.start_core(None), other.start_core(None));
        let (near_stream, far_stream) = tokio::io::duplex(PAIR_BUFFER);
        join(&near, &far, near_stream);
        join(&far, &near, far_stream);
        near.wait_for(|| near.is_connected_to(&far.me.name)).await?;
        far.wait_for(|| far.is_connected_to(&near.me.name)).await?;
        Ok((Endpoint::of(near), Endpoint::of(far)))
    }

    fn check(&self) -> Result<()> {
        self.options.check()?;
        check_endpoint_name(self.config.name())?;
        Ok(())
    }

    fn acquire(&self) -> Result<NameLock> {
        self.options.check()?;
        NameLock::acquire(Place::of(&self.config, self.options.directory.as_deref())?)
    }

    fn start_core(&self, lock: Option<NameLock>) -> Arc<Core> {
        let (name, options) = (self.config.name(), self.options.clone());
        let core = Core::new(name, options, lock, Handle::current());
        core.pending.start(&core.runtime);
        Arc::new(core)
    }
}

/// Links `near` to `far`, as if both had said hello.
fn join(near: &Arc<Core>, far: &Arc<Core>, stream: DuplexStream) {
    let greeting = Greeting {
        peer: far.me.clone(),
        max_frame_len: far.options.max_frame_len,
        takes_snappy: true,
    };
    let received = BytesMut::new();
    let greeted = Greeted { greeting, received };
    let mut registry = near.registry();
    let id = registry.next_link();
    registry.meeting.answered(&far.me, id);
    let driver = near.link(&mut registry, id, stream, greeted, None);
    drop(registry);
    near.spawn(driver);
}
