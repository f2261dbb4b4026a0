//! A connection as all layers above the driver share it: its link, and how to wake its driver.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use futures::task::AtomicWaker;

use super::now;
use super::stream::HangUpProbe;
use crate::link::{Ending, Link, LinkEvent, LinkId};
use crate::wire::TypeId;

struct Shared {
    link: Link,
    /// Whether the driver will look for what is unwritten by itself: it was woken, or the stream
    /// will wake it when it takes more.
    awake: bool,
}

/// One link and its driver, seen from outside.
pub(crate) struct Connection {
    id: LinkId,
    name: Arc<str>,
    hung_up: HangUpProbe,
    /// Whether the endpoint knows what the peer subscribes to.
    open: AtomicBool,
    /// The last revision of ours of which the endpoint knows that the peer acknowledged it.
    acknowledged: AtomicU64,
    shared: Mutex<Shared>,
    driver: AtomicWaker,
}

impl Connection {
    pub(crate) fn new(id: LinkId, name: &str, link: Link, hung_up: HangUpProbe) -> Self {
        Self {
            id,
            name: name.into(),
            hung_up,
            open: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            shared: Mutex::new(Shared { link, awake: true }),
            driver: AtomicWaker::new(),
        }
    }

    pub(crate) fn id(&self) -> LinkId {
        self.id
    }

    /// The peer's endpoint name.
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Whether the peer is gone, though its last bytes may not be read yet.
    pub(crate) fn has_hung_up(&self) -> bool {
        (self.hung_up)()
    }

    /// The endpoint has taken note of the peer's whole set.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::Release);
    }

    /// Whether events flow. The link is ready a little earlier, when nobody could find it yet.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) && self.drive(|link, _| link.is_talking())
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

    /// [`Link::try_send_bare`], of which at most something to write can come.
    pub(crate) fn try_send_bare(&self, type_id: TypeId, frame: &[u8]) -> bool {
        let mut shared = self.lock_shared();
        let is_sent = shared.link.try_send_bare(type_id, frame);
        if is_sent && !shared.awake {
            shared.awake = true;
            self.driver.wake();
        }
        is_sent
    }

    /// Several calls under one lock.
    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked {
            shared: self.lock_shared(),
            driver: &self.driver,
        }
    }

    pub(super) fn register(&self, waker: &Waker) {
        self.driver.register(waker);
    }

    /// The driver's own access: it needs no waking. `awake` is what it says of itself.
    pub(super) fn drive<R>(&self, work: impl FnOnce(&mut Link, &mut bool) -> R) -> R {
        let mut shared = self.lock_shared();
        let Shared { link, awake } = &mut *shared;
        work(link, awake)
    }

    pub(super) fn take_events(&self, into: &mut Vec<LinkEvent>) -> bool {
        self.drive(|link, _| link.take_events(into))
    }

    pub(super) fn acknowledge(&self) {
        self.drive(|link, _| link.acknowledge(now()));
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.drive(|link, _| link.poll_timeout())
    }

    pub(super) fn handle_timeout(&self) {
        self.drive(|link, _| link.handle_timeout(now()));
    }

    pub(super) fn fail(&self, error: &std::io::Error) {
        self.drive(|link, _| link.handle_failure(error));
    }

    pub(crate) fn is_over(&self) -> bool {
        self.drive(|link, _| link.is_over())
    }

    /// Ends the link without a word.
    pub(crate) fn finish(&self, ending: Ending) {
        self.with(|link| link.finish(ending));
    }

    fn lock_shared(&self) -> MutexGuard<'_, Shared> {
        // A link is consistent between calls, and none of them runs anyone else's code.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A link under its lock.
pub(crate) struct Locked<'a> {
    shared: MutexGuard<'a, Shared>,
    driver: &'a AtomicWaker,
}

impl Locked<'_> {
    pub(crate) fn with<R>(&mut self, work: impl FnOnce(&mut Link) -> R) -> R {
        let Shared { link, awake } = &mut *self.shared;
        let due = link.poll_timeout();
        let result = work(link);
        // A stream that takes nothing never wakes the driver, but time and events do not wait.
        let urgent = link.has_news() || link.poll_timeout() != due;
        if urgent || (!*awake && link.has_unwritten()) {
            *awake = true;
            self.driver.wake();
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
