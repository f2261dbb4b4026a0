//! An event within this process, shared by all who subscribe to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use smol_str::SmolStr;

use super::answer::Holder;
use super::flow::LocalFlow;
use crate::driver::Connection;
use crate::link::Ledger;
use crate::wire::TypeId;

/// What comes with an event.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The name of the endpoint that sent it.
    pub(crate) origin: SmolStr,
    pub(crate) headers: Option<Arc<BTreeMap<String, String>>>,
    /// Events of its type that did not come before it.
    pub(crate) missed: u64,
}

/// A peer's events of one type: who they are from, and where their credit goes.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) connection: Arc<Connection>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) type_id: TypeId,
}

impl Source {
    /// Events of this cost are taken.
    pub(crate) fn settle(&self, cost: u64) {
        if self.ledger.settle(cost) {
            self.connection.grant(self.type_id);
        }
    }

    /// Whether both are one window of one connection.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ledger, &other.ledger)
    }
}

/// Where the credit of an event goes once it is taken.
#[derive(Clone, Debug)]
pub(crate) enum Receipt {
    Remote {
        source: Source,
        cost: u64,
    },
    Local {
        flow: Arc<LocalFlow>,
        cost: u64,
    },
    /// Its credit returns when the request is answered.
    Request,
    /// Several Rust types receive it: the last of them settles.
    Shared(Arc<(AtomicUsize, Receipt)>),
}

impl Receipt {
    /// One receipt for so many deliveries.
    pub(crate) fn shared_by(self, deliveries: usize) -> Self {
        match deliveries {
            0 | 1 => self,
            _ => Self::Shared(Arc::new((AtomicUsize::new(deliveries), self))),
        }
    }

    /// Returns the credit.
    pub(crate) fn settle(&self) {
        match self {
            Self::Remote { source, cost } => source.settle(*cost),
            Self::Local { flow, cost } => flow.credit(*cost),
            Self::Request => {}
            Self::Shared(shared) => {
                if shared.0.fetch_sub(1, Ordering::AcqRel) == 1 {
                    shared.1.settle();
                }
            }
        }
    }
}

/// One event, one allocation, however many take it.
#[derive(Debug)]
pub(crate) struct Delivery<E> {
    pub(crate) event: E,
    pub(crate) context: Context,
    takers: AtomicUsize,
    receipt: Receipt,
}

impl<E> Delivery<E> {
    /// An event that is queued for so many; settled at once if for none.
    pub(crate) fn new(event: E, context: Context, takers: usize, receipt: Receipt) -> Self {
        if takers == 0 {
            receipt.settle();
        }
        Self {
            event,
            context,
            takers: AtomicUsize::new(takers),
            receipt,
        }
    }

    fn taken(&self) {
        if self.takers.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.receipt.settle();
        }
    }
}

/// An event in the queue of one of several subscribers. Dropped there, it counts as taken.
#[derive(Debug)]
pub(crate) struct Queued<E> {
    delivery: Option<Arc<Delivery<E>>>,
    holder: Option<Holder>,
}

impl<E> Queued<E> {
    pub(crate) fn new(delivery: Arc<Delivery<E>>, holder: Option<Holder>) -> Self {
        Self {
            delivery: Some(delivery),
            holder,
        }
    }

    /// The subscriber takes it.
    pub(crate) fn take(mut self) -> Option<(Arc<Delivery<E>>, Option<Holder>)> {
        let delivery = self.delivery.take()?;
        delivery.taken();
        Some((delivery, self.holder.take()))
    }
}

impl<E> Drop for Queued<E> {
    fn drop(&mut self) {
        if let Some(delivery) = self.delivery.take() {
            delivery.taken();
        }
    }
}

/// An event in the queue of its only subscriber. Dropped there, it counts as taken.
#[derive(Debug)]
pub(crate) struct Single<E> {
    event: E,
    context: Context,
    holder: Option<Holder>,
    credit: Credit,
}

/// A receipt that is settled when this is dropped.
#[derive(Debug)]
struct Credit(Receipt);

impl Drop for Credit {
    fn drop(&mut self) {
        self.0.settle();
    }
}

impl<E> Single<E> {
    pub(crate) fn new(
        event: E,
        context: Context,
        receipt: Receipt,
        holder: Option<Holder>,
    ) -> Self {
        Self {
            event,
            context,
            holder,
            credit: Credit(receipt),
        }
    }

    /// The subscriber takes it.
    pub(crate) fn take(self) -> (E, Context, Option<Holder>) {
        drop(self.credit);
        (self.event, self.context, self.holder)
    }
}
