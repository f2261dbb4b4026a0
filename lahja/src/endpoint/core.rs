//! What all handles and tasks of one endpoint share.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smol_str::SmolStr;
use tokio::runtime::Handle;
use tokio::sync::{Notify, OnceCell};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::directory::NameLock;
use super::pending::{Collecting, Pending};
use super::routes::Routes;
use super::stop::Stopped;
use crate::driver::{ByteStream, Connection, Driver, Greeted, now};
use crate::link::handshake::{Greeting, hello};
use crate::link::{Compressor, Link, LinkId, LinkSettings, Meeting, PeerId};
use crate::options::Options;
use crate::wire::{EventType, Hello, TypeId};
use crate::{Error, Result};

/// Who is linked to us, and what we told them that we subscribe to.
///
/// Its lock is taken before any link's, so that a link that opens and a subscription that begins
/// meanwhile always learn of each other.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) meeting: Meeting,
    pub(crate) links: HashMap<LinkId, Arc<Connection>>,
    pub(crate) subscribed: HashMap<TypeId, EventType>,
    /// Names that this endpoint connected to, or is connecting to.
    pub(crate) dialled: HashMap<String, Dialled>,
    pub(crate) stopped: bool,
    last_link: LinkId,
}

/// How far a `connect_to` has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialled {
    /// The call goes on.
    Dialling,
    /// It returned; its link lives.
    Linked,
}

impl Registry {
    /// An ID for a link to be; never that of the endpoint itself.
    pub(crate) fn next_link(&mut self) -> LinkId {
        self.last_link += 1;
        self.last_link
    }

    /// Lets the name of a peer that hung up or said goodbye be linked anew. What it said before is
    /// still read to its end and taken, by way of the old link.
    pub(crate) fn forget_if_gone(&mut self, name: &str) {
        let is_gone = |old: &&Arc<Connection>| old.has_left() || old.has_hung_up();
        let old = self.connection(name).filter(is_gone);
        if let Some(id) = old.map(|old| old.id()) {
            self.unlink(name, id);
        }
    }

    /// A link is over, or no longer counts: its name can be connected to again.
    pub(crate) fn unlink(&mut self, name: &str, id: LinkId) {
        self.meeting.closed(name, id);
        let is_linked = self.meeting.link(name).is_some();
        if !is_linked && self.dialled.get(name) == Some(&Dialled::Linked) {
            self.dialled.remove(name);
        }
    }

    /// The connection to an endpoint.
    pub(crate) fn connection(&self, name: &str) -> Option<&Arc<Connection>> {
        self.links.get(&self.meeting.link(name)?)
    }
}

/// One endpoint.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) me: PeerId,
    pub(crate) name: SmolStr,
    pub(crate) options: Options,
    pub(crate) routes: Routes,
    /// Signalled when a connection, a subscription or an acknowledgement came or went.
    pub(crate) changed: Notify,
    /// Cancelled when the endpoint stops or its last handle is dropped.
    pub(crate) closing: CancellationToken,
    /// The same for those who ask with every event: a look without a lock.
    stopping: AtomicBool,
    /// How the endpoint stopped.
    pub(super) stopping_once: OnceCell<Stopped>,
    pub(crate) tasks: TaskTracker,
    /// Of the tasks, those that call users' handlers.
    pub(crate) handlers: TaskTracker,
    pub(crate) runtime: Handle,
    name_lock: Mutex<Option<NameLock>>,
    registry: Mutex<Registry>,
    pub(super) pending: Arc<Pending>,
    last_id: AtomicU64,
}

impl Core {
    pub(crate) fn new(name: &str, options: Options, lock: Option<NameLock>, rt: Handle) -> Self {
        let me = PeerId {
            name: name.to_owned(),
            instance: random() | 1,
        };
        let registry = Registry {
            meeting: Meeting::new(name),
            links: HashMap::new(),
            subscribed: HashMap::new(),
            dialled: HashMap::new(),
            stopped: false,
            last_link: 0,
        };
        Self {
            me,
            name: name.into(),
            routes: Routes::new(options.window),
            options,
            changed: Notify::new(),
            closing: CancellationToken::new(),
            stopping_once: OnceCell::new(),
            stopping: AtomicBool::new(false),
            tasks: TaskTracker::new(),
            handlers: TaskTracker::new(),
            runtime: rt,
            name_lock: Mutex::new(lock),
            registry: Mutex::new(registry),
            pending: Arc::default(),
            last_id: AtomicU64::new(0),
        }
    }

    pub(crate) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lock_name(&self) -> MutexGuard<'_, Option<NameLock>> {
        self.name_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn hello(&self) -> Hello {
        hello(&self.me, self.options.max_frame_len)
    }

    pub(crate) fn compressor(&self) -> Compressor {
        Compressor(self.options.compress_above)
    }

    pub(crate) fn stopped(&self) -> Error {
        Error::Stopped {
            endpoint: self.me.name.clone(),
        }
    }

    /// Lets every later call fail, and ends what waits.
    pub(crate) fn close(&self) {
        self.stopping.store(true, Ordering::Release);
        self.closing.cancel();
        self.changed.notify_waiters();
    }

    pub(crate) fn is_running(&self) -> bool {
        !self.stopping.load(Ordering::Acquire)
    }

    pub(crate) fn check_running(&self) -> Result<()> {
        match self.is_running() {
            true => Ok(()),
            false => Err(self.stopped()),
        }
    }

    /// Opens a link on a stream on which the peer said hello. `hello` is ours, if it was not sent
    /// yet.
    ///
    /// The caller spawns the driver once the registry is unlocked: a runtime that has ended drops
    /// it there and then, which closes the link and takes that lock.
    #[must_use]
    pub(crate) fn link<S: ByteStream>(
        self: &Arc<Self>,
        registry: &mut Registry,
        id: LinkId,
        stream: S,
        greeted: Greeted,
        hello: Option<Hello>,
    ) -> Driver<S> {
        let Greeted { greeting, received } = greeted;
        let types = registry.subscribed.values().cloned().collect();
        let link = Link::open(now(), self.link_settings(&greeting), hello, types);
        let connection = Arc::new(Connection::new(
            id,
            &greeting.peer.name,
            link,
            stream.handle(),
        ));
        registry.links.insert(id, connection.clone());
        let (limit, busy_poll) = (self.options.max_frame_len, self.options.busy_poll);
        Driver::new(stream, connection, self.clone(), received, limit, busy_poll)
    }

    /// Resolves once `condition` holds; looks again whenever something changed. Cancel safe.
    pub(crate) async fn until(&self, condition: impl Fn() -> bool) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enabled before the look, so that no change falls between the two.
            changed.as_mut().enable();
            if condition() {
                return;
            }
            changed.await;
        }
    }

    /// What a future gives up to `deadline`, also on a thread without a runtime.
    pub(crate) async fn in_time<F: Future>(
        self: &Arc<Self>,
        deadline: Instant,
        future: F,
    ) -> Option<F::Output> {
        let waiting = Collecting::begin(self, deadline);
        tokio::select! {
            biased;
            output = future => Some(output),
            _ = waiting.next_in_time() => None,
        }
    }

    /// Runs a task that the endpoint's end waits for.
    pub(crate) fn spawn<F>(&self, task: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        self.tasks.spawn_on(task, &self.runtime)
    }

    /// A number for what outcomes are awaited of: a request, or a broadcast that waits for room.
    pub(crate) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn link_settings(&self, greeting: &Greeting) -> LinkSettings {
        let options = &self.options;
        LinkSettings {
            unwritten_events: options.unwritten_events,
            unwritten_control: options.unwritten_control,
            ready_within: options.handshake_timeout,
            drain: options.drain_timeout,
            peer_max_frame_len: greeting.max_frame_len,
            peer_takes_snappy: greeting.takes_snappy,
        }
    }
}

/// A random number: the keys of the standard library's hash maps come from the system.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(0)
}
