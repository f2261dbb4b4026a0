//! An endpoint, and what it does with what comes.

use std::sync::{Arc, Mutex, PoisonError};

use lahja::{Endpoint, Received, Result, Subscription};
use lahja_tests::conformance::proto::{Answer, Ask, Fail, Hang, Note, Touched};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// An endpoint with its subscriptions.
pub(crate) struct Running {
    pub(crate) endpoint: Endpoint,
    hung: Arc<Mutex<Vec<Received<Hang>>>>,
    _subscriptions: [Subscription; 5],
}

/// What a `Note` was, as `take_notes` tells it.
pub(crate) type Notes = UnboundedReceiver<Value>;

impl Running {
    pub(crate) fn new(endpoint: Endpoint, name: &str) -> Result<(Self, Notes)> {
        let (collect, notes) = mpsc::unbounded_channel();
        let hung = Arc::new(Mutex::new(Vec::new()));
        let hang = hung.clone();
        let by = name.to_owned();
        let subscriptions = [
            // Whoever takes notes may have taken all that it wanted.
            endpoint.subscribe(move |note| drop(collect.send(told(&note))))?,
            endpoint.respond(move |ask: Received<Ask>| {
                let text = ask.into_inner().text;
                let by = by.clone();
                async move { Answer { by, text } }
            })?,
            endpoint
                .respond(async |fail: Received<Fail>| Err::<Answer, _>(fail.into_inner().text))?,
            endpoint.subscribe(move |request| locked(&hang).push(request))?,
            endpoint.respond(async |_: Received<Touched>| ())?,
        ];
        let running = Self {
            endpoint,
            hung,
            _subscriptions: subscriptions,
        };
        Ok((running, notes))
    }

    /// Stops; what hung is let go of, as nobody will answer it.
    pub(crate) async fn stop(self) {
        locked(&self.hung).clear();
        self.endpoint.stop().await;
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told(note: &Received<Note>) -> Value {
    json!([
        note.origin(),
        note.number.to_string(),
        note.text,
        note.missed()
    ])
}
