//! Requests, of whichever type.

use std::future::Future;
use std::pin::Pin;

use lahja::Event;
use lahja::{BroadcastConfig, Endpoint, Request, Result};
use lahja_tests::conformance::Item;
use lahja_tests::conformance::proto::{Ask, Fail, Hang, Touched};
use serde_json::Value;

use crate::command::Command;

/// The answer to come, as a value.
pub(crate) type Pending = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// The request that a command asks for. Nothing is sent before it is polled.
pub(crate) fn request(endpoint: &Endpoint, command: &Command) -> Result<Pending, String> {
    let config = config(command)?;
    let kind: String = command.get("type")?;
    let text: String = command.get("text")?;
    let endpoint = endpoint.clone();
    match &*kind {
        Ask::NAME => Ok(pending(endpoint, Ask { text }, config)),
        Fail::NAME => Ok(pending(endpoint, Fail { text }, config)),
        Hang::NAME => Ok(pending(endpoint, Hang {}, config)),
        Touched::NAME => Ok(pending(endpoint, Touched {}, config)),
        other => Err(format!("{other} is no request")),
    }
}

fn pending<R>(endpoint: Endpoint, request: R, config: BroadcastConfig) -> Pending
where
    R: Request<Response: Item>,
{
    Box::pin(async move {
        let answer = endpoint.request_with(request, config).await?;
        Ok(answer.to_json())
    })
}

/// To whom, and until when.
pub(crate) fn config(command: &Command) -> Result<BroadcastConfig, String> {
    let to: Option<String> = command.get("to")?;
    let config = to.map_or_else(BroadcastConfig::new, BroadcastConfig::to);
    Ok(match command.millis("timeout")? {
        Some(timeout) => config.timeout(timeout),
        None => config,
    })
}
