//! Beginning and ending subscriptions, and running handlers.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures::FutureExt;

use super::core::{Core, Registry};
use crate::driver::{Connection, now};
use crate::handles::{Inbox, Registration, Subscription};
use crate::link::MAX_TYPES;
use crate::local::{Mailbox, Topic};
use crate::wire::EventType;
use crate::{Error, Event, Received, Result};

impl Core {
    pub(crate) fn subscribe<E: Event>(self: &Arc<Self>) -> Result<Registration<E>> {
        let mut registry = self.registry();
        if registry.stopped {
            return Err(self.stopped());
        }
        let is_new = !registry.subscribed.contains_key(&E::TYPE_ID);
        if is_new && registry.subscribed.len() >= MAX_TYPES {
            return Err(Error::TooManySubscriptions {
                event: E::NAME,
                limit: MAX_TYPES,
            });
        }
        let mailbox = Arc::new(Mailbox::new());
        let route = self.routes.of::<E>()?;
        match route.topic::<E>() {
            Some(topic) => topic.add(mailbox.clone()),
            None => {
                let topic = Topic::<E>::new();
                topic.add(mailbox.clone());
                self.routes.add_topic(E::TYPE_ID, Arc::new(topic));
                self.changed.notify_waiters();
            }
        }
        let told = self.announce::<E>(&mut registry);
        Ok(Registration::new(self.clone(), mailbox, told))
    }

    /// Tells all peers that `E` is subscribed to; gives the revisions under which they know.
    fn announce<E: Event>(&self, registry: &mut Registry) -> Vec<(Arc<Connection>, u64)> {
        let event_type = EventType {
            id: E::TYPE_ID.get(),
            name: E::NAME.to_owned(),
            window: self.options.window,
        };
        let is_new = registry
            .subscribed
            .insert(E::TYPE_ID, event_type.clone())
            .is_none();
        let tell = |connection: &Arc<Connection>| {
            let revision = connection.with(|link| {
                if is_new {
                    link.subscribe(now(), event_type.clone());
                }
                link.revision()
            });
            (connection.clone(), revision)
        };
        registry.links.values().map(tell).collect()
    }

    pub(crate) fn unsubscribe<E: Event>(&self, mailbox: &Arc<Mailbox<E>>) {
        let mut registry = self.registry();
        let Some(route) = self.routes.get(E::TYPE_ID) else {
            return;
        };
        let last_of_topic = route
            .topic::<E>()
            .is_some_and(|topic| topic.remove(mailbox));
        if !last_of_topic || !self.routes.remove_topic::<E>() {
            return;
        }
        registry.subscribed.remove(&E::TYPE_ID);
        for connection in registry.links.values() {
            connection.with(|link| link.unsubscribe(now(), E::TYPE_ID));
        }
        drop(registry);
        self.changed.notify_waiters();
    }

    /// Calls `handler` for each event, one after the other.
    pub(super) fn handle_each<E, F, Fut>(self: &Arc<Self>, mut handler: F) -> Result<Subscription>
    where
        E: Event,
        F: FnMut(Received<E>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let registration = self.subscribe::<E>()?;
        let mut inbox = Inbox::new(registration.mailbox().clone());
        let endpoint = self.name.clone();
        self.spawn_handler(async move {
            while let Some(received) = inbox.next().await {
                if inbox.is_closed() {
                    return;
                }
                let handled = match catch_unwind(AssertUnwindSafe(|| handler(received))) {
                    Ok(handling) => AssertUnwindSafe(handling).catch_unwind().await,
                    Err(panic) => Err(panic),
                };
                if let Err(panic) = handled {
                    let why = panic_message(&*panic);
                    tracing::error!(%endpoint, event = E::NAME, why, "a handler panicked");
                }
            }
        });
        Ok(Subscription::new(registration))
    }

    /// Runs a task that `stop` lets finish before it says goodbye.
    pub(super) fn spawn_handler<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.handlers.spawn_on(task, &self.runtime);
    }
}

/// What a panic said.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let formatted = || panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(formatted).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use crate::wire::{EventType, TypeId};
    use crate::{Endpoint, Error};

    #[tokio::test]
    async fn more_types_than_a_peer_takes_are_refused() {
        let (alice, _bob) = Endpoint::pair("alice", "bob").await.unwrap();
        for id in 1..=4096 {
            let filler = EventType::default();
            alice
                .core
                .registry()
                .subscribed
                .insert(TypeId::new(id), filler);
        }
        let error = alice.stream::<String>().unwrap_err();
        assert!(
            matches!(error, Error::TooManySubscriptions { limit: 4096, .. }),
            "{error}"
        );
    }
}
