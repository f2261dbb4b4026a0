//! What an endpoint makes of what happens on its links.

use std::sync::Arc;

use super::core::Core;
use crate::driver::{Connection, Sink, now};
use crate::link::{Ending, LinkEvent, Violation};
use crate::local::Outcome;
use crate::wire::{EventType, GoodbyeReason, TypeId};

impl Sink for Core {
    fn handle(&self, connection: &Arc<Connection>, event: LinkEvent) {
        match event {
            LinkEvent::Arrived(arrived) => self.arrived(connection, arrived),
            LinkEvent::ArrivedRun(arrived) => self.arrived_run(connection, arrived),
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
            LinkEvent::Ready => {
                connection.open();
                self.changed.notify_waiters();
            }
            LinkEvent::Acknowledged(revision) => {
                connection.acknowledged(revision);
                self.changed.notify_waiters();
            }
            LinkEvent::NothingOwed | LinkEvent::CaughtUp => self.changed.notify_waiters(),
            LinkEvent::Closed {
                ending,
                unconfirmed,
            } => self.closed(connection, &ending, unconfirmed),
        }
    }
}

impl Core {
    fn outcome(&self, connection: &Connection, id: u64, outcome: Outcome) {
        if let Some(collector) = self.pending.get(id) {
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
                connection.with(|link| link.violated(now(), Violation::protocol(message)));
            }
            _ => {
                self.routes.add_peer(id, connection);
                self.changed.notify_waiters();
            }
        }
    }

    fn closed(&self, connection: &Arc<Connection>, ending: &Ending, unconfirmed: usize) {
        connection.closed();
        let (id, name) = (connection.id(), connection.name());
        let mut registry = self.registry();
        registry.links.remove(&id);
        registry.unlink(name, id);
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
