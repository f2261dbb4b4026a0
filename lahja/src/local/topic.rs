//! The subscribers of one event, as one Rust type.

use std::any::{Any, type_name};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, Bytes};

use super::answer::Opening;
use super::delivery::{Context, Delivery, Queued, Receipt, Single, Source};
use super::mailbox::Mailbox;
use crate::Event;
use crate::wire::COPIED;
use crate::wire::run::Run;

type Mailboxes<E> = Arc<[Arc<Mailbox<E>>]>;

/// The mailboxes of all local subscribers to `E`.
pub(crate) struct Topic<E> {
    mailboxes: Mutex<Mailboxes<E>>,
    /// Events that did not decode since the last one that did.
    undecoded: AtomicU64,
}

/// A topic whose type only its subscribers know.
pub(crate) trait AnyTopic: Any + Send + Sync {
    /// Delivers an event from its bytes; the error says why it does not decode.
    fn deliver_encoded(
        &self,
        payload: &Bytes,
        context: Context,
        receipt: Receipt,
        opening: Option<&Opening>,
    ) -> Result<(), String>;

    /// Queues a run of events as it is, if there is one subscriber: it decodes each as it takes it.
    /// False if there are none or several, who share what is decoded once.
    fn queue_run(&self, run: &Run, source: &Source) -> bool;

    /// An event will not be delivered, before which so many were missed: the next one says so.
    fn lost(&self, missed: u64);

    /// Nothing more comes.
    fn end(&self);

    fn as_any(&self) -> &dyn Any;
}

impl<E: Event> Topic<E> {
    pub(crate) fn new() -> Self {
        Self {
            mailboxes: Mutex::new([].into()),
            undecoded: AtomicU64::new(0),
        }
    }

    pub(crate) fn add(&self, mailbox: Arc<Mailbox<E>>) {
        let mut mailboxes = self.lock();
        *mailboxes = mailboxes.iter().cloned().chain([mailbox]).collect();
    }

    /// Removes a mailbox; true if it was the last.
    pub(crate) fn remove(&self, mailbox: &Arc<Mailbox<E>>) -> bool {
        let mut mailboxes = self.lock();
        let others = mailboxes
            .iter()
            .filter(|other| !Arc::ptr_eq(other, mailbox));
        *mailboxes = others.cloned().collect();
        mailboxes.is_empty()
    }

    /// Delivers an event to all subscribers, who share it.
    pub(crate) fn deliver(
        &self,
        event: E,
        mut context: Context,
        receipt: Receipt,
        opening: Option<&Opening>,
    ) {
        context.missed = context.missed.saturating_add(self.take_undecoded());
        let mailboxes = self.lock().clone();
        if let [mailbox] = &mailboxes[..] {
            let holder = opening.map(Opening::holder);
            return mailbox.push_single(Single::new(event, context, receipt, holder));
        }
        let delivery = Arc::new(Delivery::new(event, context, mailboxes.len(), receipt));
        for mailbox in mailboxes.iter() {
            let holder = opening.map(Opening::holder);
            mailbox.push_shared(Queued::new(delivery.clone(), holder));
        }
    }

    /// Looks first: hardly ever is there anything to take.
    fn take_undecoded(&self) -> u64 {
        match self.undecoded.load(Ordering::Acquire) {
            0 => 0,
            _ => self.undecoded.swap(0, Ordering::AcqRel),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Mailboxes<E>> {
        self.mailboxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E: Event> AnyTopic for Topic<E> {
    fn deliver_encoded(
        &self,
        payload: &Bytes,
        context: Context,
        receipt: Receipt,
        opening: Option<&Opening>,
    ) -> Result<(), String> {
        match decode::<E>(payload) {
            Ok(event) => {
                self.deliver(event, context, receipt, opening);
                Ok(())
            }
            Err(why) => {
                self.lost(context.missed);
                receipt.settle();
                Err(why)
            }
        }
    }

    fn queue_run(&self, run: &Run, source: &Source) -> bool {
        let mailboxes = self.lock().clone();
        let [mailbox] = &mailboxes[..] else {
            return false;
        };
        mailbox.push_run(run, source.clone(), self.take_undecoded());
        true
    }

    fn lost(&self, missed: u64) {
        // What was missed is the peer's word: it may be as large as it gets.
        let lost = |before: u64| Some(before.saturating_add(missed).saturating_add(1));
        let (set, fetch) = (Ordering::AcqRel, Ordering::Acquire);
        let _ = self.undecoded.fetch_update(set, fetch, lost);
    }

    fn end(&self) {
        for mailbox in self.lock().iter() {
            mailbox.end();
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl<E> fmt::Debug for Topic<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Topic").field(&type_name::<E>()).finish()
    }
}

/// Decodes an event; a large one shares the memory of its payload.
pub(crate) fn decode<E: Event>(payload: &Bytes) -> Result<E, String> {
    match payload.len() {
        ..=COPIED => decode_copied(payload),
        _ => decode_from(payload.clone()),
    }
}

/// Decodes an event that shares nothing with its payload.
pub(crate) fn decode_copied<E: Event>(payload: &[u8]) -> Result<E, String> {
    decode_from(payload)
}

/// A panic in a hand-written `Message` is that event's failure.
fn decode_from<E: Event>(payload: impl Buf) -> Result<E, String> {
    // Not returned from in there: each return of an event is a copy of it.
    let mut event = None;
    let decode = || {
        let merged = event.insert(E::default()).merge(payload);
        if merged.is_err() {
            event = None;
        }
        merged
    };
    match (catch_unwind(AssertUnwindSafe(decode)), event) {
        (Ok(Ok(())), Some(event)) => Ok(event),
        (Ok(Err(error)), _) => Err(error.to_string()),
        _ => Err(format!("the decoder of {} panicked", type_name::<E>())),
    }
}

/// Says that an event is lost.
pub(crate) fn report_undecodable(event: &str, from: &str, why: &str) {
    tracing::warn!(from, event, why, "an event does not decode and is lost");
}
