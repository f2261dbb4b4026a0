//! What an endpoint makes of what happens on its links.

use std::sync::Arc;

use super::core::Core;
use super::targets::deliver_encoded;
use crate::driver::{Connection, Sink};
use crate::link::{Arrived, Ending, LinkEvent, Violation};
use crate::local::{AnswerSlot, Context, Holder, Outcome, Receipt, Requester};
use crate::wire::{EventType, FailureCode, GoodbyeReason, TypeId};

impl Sink for Core {
    fn handle(&self, connection: &Arc<Connection>, event: LinkEvent) {
        match event {
            LinkEvent::Arrived(arrived) => self.arrived(connection, arrived),
            LinkEvent::Answered(answer) => {
                let id = answer.response_to;
                self.outcome(connection, id, Outcome::Answered(answer));
            }
            LinkEvent::Failed {
                request_id,
                code,
                message,
            } => self.outcome(connection, request_id, Outcome::Failed { code, message }),
            LinkEvent::Sent(id) => self.outcome(connection, id, Outcome::Sent),
            LinkEvent::Dropped(id) => self.outcome(connection, id, Outcome::Gone),
            LinkEvent::Unanswered(ids) => {
                for id in ids {
                    self.outcome(connection, id, Outcome::Gone);
                }
            }
            LinkEvent::PeerSubscribed(event_type) => self.peer_subscribed(connection, event_type),
            LinkEvent::PeerUnsubscribed(id) => {
                self.routes.remove_peer(id, connection.id());
                self.changed.notify_waiters();
            }
            LinkEvent::Ready | LinkEvent::Acknowledged(_) | LinkEvent::NothingOwed => {
                self.changed.notify_waiters()
            }
            LinkEvent::Closed {
                ending,
                unconfirmed,
            } => self.closed(connection, &ending, unconfirmed),
        }
    }
}

impl Core {
    fn outcome(&self, connection: &Connection, id: u64, outcome: Outcome) {
        if let Some(collector) = self.collector(id) {
            collector.push(connection.id(), outcome);
        }
    }

    fn peer_subscribed(&self, connection: &Arc<Connection>, event_type: EventType) {
        let id = TypeId::new(event_type.id);
        match self.routes.name(id) {
            Some(ours) if ours != event_type.name => {
                let theirs = event_type.name;
                let message = format!("{theirs} and {ours} share the type ID {id}");
                tracing::warn!(peer = %connection.name(), message, "a peer's types collide");
                connection
                    .with(|link| link.violated(crate::driver::now(), Violation::protocol(message)));
            }
            _ => {
                self.routes.add_peer(id, connection);
                self.changed.notify_waiters();
            }
        }
    }

    /// Hands an event or a request to all who subscribe to it here.
    fn arrived(&self, connection: &Arc<Connection>, arrived: Arrived) {
        let type_id = TypeId::new(arrived.broadcast.type_id);
        let Arrived {
            broadcast,
            ledger,
            cost,
            cancelled,
        } = arrived;
        let receipt = match cancelled {
            Some(_) => Receipt::Request,
            None => Receipt::Remote {
                connection: connection.clone(),
                ledger,
                type_id,
                cost,
            },
        };
        let holder = cancelled.map(|cancelled| {
            let requester = Requester::Remote {
                connection: connection.clone(),
                request_id: broadcast.request_id,
                compressor: self.compressor(),
            };
            AnswerSlot::open(requester, cancelled)
        });
        let Some(route) = self.routes.get(type_id) else {
            receipt.settle();
            return;
        };
        let delivered = broadcast.uncompressed(self.options.max_frame_len);
        let context = Context {
            origin: connection.name().clone(),
            headers: (!broadcast.headers.is_empty()).then(|| Arc::new(broadcast.headers)),
            missed: broadcast.missed,
        };
        match delivered {
            Ok(payload) => {
                let receipt = receipt.shared_by(route.topics.len());
                if route.topics.is_empty() {
                    receipt.settle();
                }
                let topics = route.topics.iter();
                let delivered =
                    deliver_encoded(topics, &payload, &context, &receipt, holder.as_ref());
                if let Err(why) = delivered {
                    self.undecodable(connection, type_id, &why, holder);
                }
            }
            Err(error) => {
                receipt.settle();
                for topic in &route.topics {
                    topic.lost(1 + context.missed);
                }
                self.undecodable(connection, type_id, &error.to_string(), holder);
            }
        }
    }

    fn undecodable(&self, from: &Connection, id: TypeId, why: &str, holder: Option<Holder>) {
        let event = self.routes.name(id).unwrap_or_default();
        tracing::warn!(from = %from.name(), event, why, "an event does not decode and is lost");
        if let Some(holder) = holder {
            holder.fail(FailureCode::DecodeFailed, why);
        }
    }

    fn closed(&self, connection: &Arc<Connection>, ending: &Ending, unconfirmed: usize) {
        let (id, name) = (connection.id(), connection.name());
        let mut registry = self.registry();
        registry.links.remove(&id);
        registry.meeting.closed(name, id);
        if registry.meeting.link(name).is_none() {
            registry.dialled.remove(&**name);
        }
        drop(registry);
        match ending {
            Ending::PeerSaidGoodbye { reason, .. } | Ending::WeSaidGoodbye { reason, .. }
                if matches!(reason, GoodbyeReason::Shutdown | GoodbyeReason::Duplicate) =>
            {
                tracing::debug!(endpoint = %self.name, peer = %name, %ending, "disconnected");
            }
            _ => {
                tracing::warn!(endpoint = %self.name, peer = %name, %ending, unconfirmed, "disconnected");
            }
        }
        self.changed.notify_waiters();
    }
}
