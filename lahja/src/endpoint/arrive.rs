//! An event or a request of a peer's, on its way to the local subscribers.

use std::sync::Arc;

use bytes::Bytes;

use super::core::Core;
use super::deliver::deliver_encoded;
use super::routes::Route;
use crate::driver::Connection;
use crate::link::{Arrived, ArrivedRun, cost, cost_of_run};
use crate::local::{AnswerSlot, Context, Opening, Receipt, Requester, Source, report_undecodable};
use crate::wire::run::Run;
use crate::wire::{FailureCode, TypeId};

/// What arrived, apart from its payload.
struct Arrival<'a> {
    connection: &'a Arc<Connection>,
    context: Context,
    receipt: Receipt,
    /// Of a request: held until every subscriber has its own.
    opening: Option<Opening>,
}

impl Core {
    /// Hands an event or a request to all who subscribe to it here.
    pub(super) fn arrived(&self, connection: &Arc<Connection>, mut arrived: Arrived) {
        let type_id = TypeId::new(arrived.broadcast.type_id);
        let payload = arrived.broadcast.uncompressed(self.options.max_frame_len);
        let headers = std::mem::take(&mut arrived.broadcast.headers);
        let arrival = Arrival {
            connection,
            context: Context {
                origin: connection.name().clone(),
                headers: (!headers.is_empty()).then(|| Arc::new(headers)),
                missed: arrived.broadcast.missed,
            },
            opening: self.open_answer(connection, &arrived),
            receipt: receipt(connection, arrived, type_id),
        };
        match (self.subscribed(type_id), payload) {
            // Unsubscribed while it was under way. A request says so by its holder's end.
            (None, _) => arrival.receipt.settle(),
            (Some(route), Ok(payload)) => self.deliver(&route, &payload, arrival),
            (Some(route), Err(error)) => self.discard(&route, &error.to_string(), arrival),
        }
    }

    /// Hands events to all who subscribe to them here.
    pub(super) fn arrived_run(&self, connection: &Arc<Connection>, arrived: ArrivedRun) {
        let ArrivedRun { run, ledger } = arrived;
        let source = Source {
            connection: connection.clone(),
            ledger,
            type_id: run.type_id(),
        };
        // Unsubscribed while they were under way, if there is none.
        let Some(route) = self.subscribed(run.type_id()) else {
            return source.settle(cost_of_run(&run));
        };
        match &route.topics[..] {
            [topic] if topic.queue_run(&run, &source) => {}
            _ => self.deliver_each(&route, &run, &source),
        }
    }

    fn deliver_each(&self, route: &Route, run: &Run, source: &Source) {
        let connection = &source.connection;
        for (payload, body_len) in run.payloads() {
            let arrival = Arrival {
                connection,
                context: Context {
                    origin: connection.name().clone(),
                    headers: None,
                    missed: 0,
                },
                receipt: Receipt::Remote {
                    source: source.clone(),
                    cost: cost(body_len),
                },
                opening: None,
            };
            self.deliver(route, &payload, arrival);
        }
    }

    fn subscribed(&self, type_id: TypeId) -> Option<Arc<Route>> {
        let route = self.routes.get(type_id);
        route.filter(|route| !route.topics.is_empty())
    }

    fn open_answer(&self, connection: &Arc<Connection>, arrived: &Arrived) -> Option<Opening> {
        let requester = || Requester::Remote {
            connection: connection.clone(),
            request_id: arrived.broadcast.request_id,
            compressor: self.compressor(),
        };
        let cancelled = arrived.cancelled.clone();
        cancelled.map(|cancelled| AnswerSlot::open(requester(), cancelled))
    }

    fn deliver(&self, route: &Route, payload: &Bytes, arrival: Arrival<'_>) {
        let Arrival {
            connection,
            context,
            receipt,
            opening,
        } = arrival;
        let receipt = receipt.shared_by(route.topics.len());
        let topics = &route.topics;
        let delivered = deliver_encoded(topics, payload, context, receipt, opening.as_ref());
        if let Err(why) = delivered {
            report(route, connection, &why);
            fail(opening, &why);
        }
    }

    /// The payload does not even decompress.
    fn discard(&self, route: &Route, why: &str, arrival: Arrival<'_>) {
        arrival.receipt.settle();
        for topic in &route.topics {
            topic.lost(arrival.context.missed);
        }
        report(route, arrival.connection, why);
        fail(arrival.opening, why);
    }
}

/// The credit of a request returns with its answer.
fn receipt(connection: &Arc<Connection>, arrived: Arrived, type_id: TypeId) -> Receipt {
    match arrived.cancelled {
        Some(_) => Receipt::Request,
        None => Receipt::Remote {
            source: Source {
                connection: connection.clone(),
                ledger: arrived.ledger,
                type_id,
            },
            cost: arrived.cost,
        },
    }
}

fn report(route: &Route, from: &Connection, why: &str) {
    report_undecodable(route.name().unwrap_or_default(), from.name(), why);
}

fn fail(opening: Option<Opening>, why: &str) {
    if let Some(opening) = opening {
        opening.fail(FailureCode::DecodeFailed, why);
    }
}
