//! A connection as all layers above the driver share it: its link, and how to wake its driver.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smol_str::SmolStr;

use super::now;
use super::shared::Shared;
use super::stream::StreamHandle;
use crate::link::{Link, LinkId};
use crate::wire::TypeId;

/// One link and its driver, seen from outside.
pub(crate) struct Connection {
    id: LinkId,
    name: SmolStr,
    stream: Arc<dyn StreamHandle>,
    /// Whether the endpoint knows what the peer subscribes to.
    open: AtomicBool,
    /// The last revision of ours of which the endpoint knows that the peer acknowledged it.
    acknowledged: AtomicU64,
    shared: Mutex<Shared>,
}

impl Connection {
    pub(crate) fn new(id: LinkId, name: &str, link: Link, stream: Arc<dyn StreamHandle>) -> Self {
        Self {
            id,
            name: name.into(),
            open: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            shared: Mutex::new(Shared::new(link, stream.clone())),
            stream,
        }
    }

    pub(crate) fn id(&self) -> LinkId {
        self.id
    }

    /// The peer's endpoint name.
    pub(crate) fn name(&self) -> &SmolStr {
        &self.name
    }

    /// Whether the peer is gone, though its last bytes may not be read yet.
    pub(crate) fn has_hung_up(&self) -> bool {
        self.stream.has_hung_up()
    }

    /// Whether the peer said goodbye, though its last events may not be taken yet.
    pub(crate) fn has_left(&self) -> bool {
        self.lock_shared().link.has_peer_left()
    }

    /// Whether answers had better wait until the peer has read more.
    pub(crate) fn peer_is_behind(&self) -> bool {
        self.lock_shared().link.peer_is_behind()
    }

    /// The endpoint has taken note of the peer's whole set.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::Release);
    }

    /// Whether events flow. The link is ready a little earlier, when nobody could find it yet.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) && self.lock_shared().link.is_talking()
    }

    /// The endpoint has taken note of what the peer sent before it acknowledged this revision.
    pub(crate) fn acknowledged(&self, revision: u64) {
        self.acknowledged.store(revision, Ordering::Release);
    }

    /// The endpoint has taken note of all that the peer will ever send.
    pub(crate) fn closed(&self) {
        self.acknowledged(u64::MAX);
    }

    /// Whether the peer acknowledged our subscriptions up to `revision`, and what it sent before
    /// is handed over; or nothing more is coming. The link knows of the ack a little earlier.
    pub(crate) fn has_acknowledged(&self, revision: u64) -> bool {
        self.acknowledged.load(Ordering::Acquire) >= revision
    }

    /// Works on the link, and wakes the driver if that gave it something to do.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Link) -> R) -> R {
        self.lock().with(work)
    }

    /// [`Link::grant`], which nobody waits for: whoever takes events is not to write.
    pub(crate) fn grant(&self, type_id: TypeId) {
        let mut shared = self.lock_shared();
        shared.link.grant(now(), type_id);
        shared.wake();
    }

    /// [`Link::try_send_bare`], of which at most something to write can come.
    pub(crate) fn try_send_bare(&self, type_id: TypeId, request_id: u64, frame: &[u8]) -> bool {
        let mut shared = self.lock_shared();
        let is_sent = shared.link.try_send_bare(type_id, request_id, frame);
        if is_sent {
            shared.write_soon();
        }
        is_sent
    }

    /// Several calls under one lock.
    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked(self.lock_shared())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock_shared().link.is_over()
    }

    pub(super) fn lock_shared(&self) -> MutexGuard<'_, Shared> {
        // A link is consistent between calls, and none of them runs anyone else's code.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A link under its lock.
pub(crate) struct Locked<'a>(MutexGuard<'a, Shared>);

impl Locked<'_> {
    pub(crate) fn with<R>(&mut self, work: impl FnOnce(&mut Link) -> R) -> R {
        let shared = &mut *self.0;
        let due = shared.link.poll_timeout();
        let result = work(&mut shared.link);
        // A stream that takes nothing never wakes the driver, but time and events do not wait.
        if shared.link.has_news() || shared.link.poll_timeout() != due {
            shared.wake();
        } else if shared.link.has_unwritten() {
            shared.write_soon();
        }
        result
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, name) = (self.id, &self.name);
        f.debug_struct("Connection")
            .field("id", &id)
            .field("name", name)
            .finish_non_exhaustive()
    }
}
