//! The one answer that all local holders of a request share.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::collector::{Collector, Outcome, SELF};
use super::flow::LocalFlow;
use crate::cancel_flag::CancelFlag;
use crate::driver::{Connection, now};
use crate::link::{Attempt, Compressor, Ids, Outgoing, encode, with_bare_frame};
use crate::wire::{FailureCode, TypeId};
use crate::{Error, Event, Result};

/// An answer that never left the process.
pub(crate) struct LocalAnswer {
    pub(crate) name: &'static str,
    pub(crate) type_id: TypeId,
    pub(crate) value: Box<dyn Any + Send>,
    /// For a requester that knows the answer under another Rust type.
    pub(crate) encode: fn(&dyn Any) -> Bytes,
}

impl LocalAnswer {
    fn new<A: Event>(answer: A) -> Self {
        Self {
            name: A::NAME,
            type_id: A::TYPE_ID,
            value: Box::new(answer),
            encode: |value| match value.downcast_ref::<A>() {
                Some(answer) => answer.encode_to_vec().into(),
                None => Bytes::new(),
            },
        }
    }
}

impl fmt::Debug for LocalAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalAnswer")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Who waits for the answer.
#[derive(Debug)]
pub(crate) enum Requester {
    Remote {
        connection: Arc<Connection>,
        request_id: u64,
        compressor: Compressor,
    },
    Local {
        exchange: Arc<Collector>,
        flow: Arc<LocalFlow>,
        cost: u64,
    },
}

/// A request that came in: the first reply wins, the failure is that of the last who gives up.
/// Those who hold it are all who may reply: with the last of them it has failed, if none did.
#[derive(Debug)]
pub(crate) struct AnswerSlot {
    requester: Requester,
    settled: AtomicBool,
    /// Why the last of those who gave up did.
    failure: Mutex<Option<Failure>>,
    cancelled: Arc<CancelFlag>,
}

type Failure = (FailureCode, String);

impl AnswerSlot {
    /// Opens the slot of a request, for as long as its holders are made.
    pub(crate) fn open(requester: Requester, cancelled: Arc<CancelFlag>) -> Opening {
        Opening(Arc::new(Self {
            requester,
            settled: AtomicBool::new(false),
            failure: Mutex::new(None),
            cancelled,
        }))
    }

    /// A holder gives up; this is the reason if it is the last to do so.
    fn gives_up(&self, failure: Failure) {
        *self.lock_failure() = Some(failure);
    }

    fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire)
    }

    /// True for the first that calls it: nobody waits for the other holders any more.
    fn settle(&self) -> bool {
        let first = !self.settled.swap(true, Ordering::AcqRel);
        if first {
            self.cancelled.cancel();
        }
        first
    }

    fn reply<A: Event>(&self, answer: A) -> Result<()> {
        match &self.requester {
            Requester::Remote {
                connection,
                request_id,
                compressor,
            } => self.reply_remote(connection, *request_id, *compressor, &answer),
            Requester::Local {
                exchange,
                flow,
                cost,
            } => {
                if self.settle() {
                    exchange.push(SELF, Outcome::AnsweredLocally(LocalAnswer::new(answer)));
                    flow.credit(*cost);
                }
                Ok(())
            }
        }
    }

    fn reply_remote<A: Event>(
        &self,
        connection: &Connection,
        request_id: u64,
        compressor: Compressor,
        answer: &A,
    ) -> Result<()> {
        if compressor.is_off() {
            let ids = Ids {
                response_to: request_id,
                ..Ids::default()
            };
            let send = |frame: &[u8]| {
                if self.settle() {
                    connection.with(|link| link.answer_bare(now(), request_id, frame));
                }
            };
            if with_bare_frame(answer, ids, send).is_some() {
                return Ok(());
            }
        }
        let plain = encode(answer);
        let outgoing = Outgoing {
            type_id: A::TYPE_ID,
            payload: compressor.payload(plain),
            headers: None,
            request_id: 0,
            response_to: request_id,
        };
        if !self.settle() {
            return Ok(());
        }
        match connection.with(|link| link.answer(now(), &outgoing)) {
            Err(Attempt::TooLarge { len, limit }) => {
                let message = format!("the answer takes {len} bytes, {limit} are allowed");
                self.fail_remote(connection, request_id, FailureCode::HandlerFailed, &message);
                Err(Error::TooLarge {
                    event: A::NAME,
                    endpoint: connection.name().to_string(),
                    len,
                    limit,
                })
            }
            _ => Ok(()),
        }
    }

    fn fail(&self) {
        let nobody = || (FailureCode::Unanswered, "nobody took it".to_owned());
        let (code, message) = self.lock_failure().take().unwrap_or_else(nobody);
        match &self.requester {
            Requester::Remote {
                connection,
                request_id,
                ..
            } => self.fail_remote(connection, *request_id, code, &message),
            Requester::Local {
                exchange,
                flow,
                cost,
            } => {
                exchange.push(SELF, Outcome::Failed { code, message });
                flow.credit(*cost);
            }
        }
    }

    fn lock_failure(&self) -> MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail_remote(&self, connection: &Connection, id: u64, code: FailureCode, message: &str) {
        connection.with(|link| link.fail(now(), id, code, message));
    }
}

impl Drop for AnswerSlot {
    fn drop(&mut self) {
        if !*self.settled.get_mut() {
            self.fail();
        }
    }
}

/// Makes the holders of a request. It gives no reason when it is dropped.
#[derive(Debug)]
pub(crate) struct Opening(Arc<AnswerSlot>);

impl Opening {
    pub(crate) fn holder(&self) -> Holder {
        Holder(self.0.clone())
    }

    /// Gives up, which is told for this reason if it is the last to do so.
    pub(crate) fn fail(self, code: FailureCode, message: impl Into<String>) {
        self.0.gives_up((code, message.into()));
    }
}

/// The duty to answer a request, or to give up on it. Dropping it gives up. (A pointer and nothing
/// else: each event that is received has room for one.)
#[derive(Debug)]
pub(crate) struct Holder(Arc<AnswerSlot>);

impl Holder {
    /// Answers; an answer that comes second, or too late, is dropped.
    pub(crate) fn reply<A: Event>(self, answer: A) -> Result<()> {
        self.0.reply(answer)
    }

    /// Gives up, which is told for this reason if it is the last to do so.
    pub(crate) fn fail(self, code: FailureCode, message: impl Into<String>) {
        // The last word is not to be that it was dropped.
        let last = Opening(self.0.clone());
        drop(self);
        last.fail(code, message);
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_given_up(&self) -> bool {
        self.0.cancelled.is_cancelled()
    }

    /// Whether the requester had better read earlier answers first.
    pub(crate) fn requester_is_behind(&self) -> bool {
        match &self.0.requester {
            Requester::Remote { connection, .. } => connection.peer_is_behind(),
            Requester::Local { .. } => false,
        }
    }

    /// Cancelled once nobody waits for the answer any more.
    pub(crate) fn cancelled(&self) -> &CancelFlag {
        &self.0.cancelled
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        if !self.0.is_settled() {
            self.0.gives_up(dropped());
        }
    }
}

/// What it means that a request is dropped without a word.
fn dropped() -> Failure {
    if std::thread::panicking() {
        return (
            FailureCode::HandlerFailed,
            "the handler panicked".to_owned(),
        );
    }
    (FailureCode::Unanswered, "it was dropped".to_owned())
}
