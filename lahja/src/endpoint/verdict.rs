//! What a requester makes of what one receiver said.

use super::core::Core;
use crate::local::{LocalAnswer, Outcome, decode};
use crate::wire::{Broadcast, FailureCode, TypeId};
use crate::{Error, Event, Request, Result};

/// The answer of the endpoint `from`, or why it gave none.
pub(super) fn read<R: Request>(core: &Core, from: &str, outcome: Outcome) -> Result<R::Response> {
    match outcome {
        Outcome::Answered(answer) => read_answer::<R>(core, from, &answer),
        Outcome::AnsweredLocally(answer) => read_local_answer::<R>(from, answer),
        Outcome::Gone | Outcome::Sent => Err(Error::Disconnected {
            endpoint: from.to_owned(),
            request: R::NAME,
        }),
        Outcome::Failed { code, message } => Err(failed::<R>(from, code, message)),
    }
}

fn read_answer<R: Request>(core: &Core, endpoint: &str, answer: &Broadcast) -> Result<R::Response> {
    let type_id = TypeId::new(answer.type_id);
    if type_id != R::Response::TYPE_ID {
        let name = core.routes.name(type_id);
        let received = name.map_or_else(|| format!("type {type_id}"), str::to_owned);
        return Err(unexpected::<R>(endpoint, received));
    }
    let payload = answer.uncompressed(core.options.max_frame_len);
    let decoded = payload
        .map_err(|error| error.to_string())
        .and_then(|payload| decode(&payload));
    decoded.map_err(|message| undecodable::<R>(endpoint, message))
}

fn failed<R: Request>(endpoint: &str, code: FailureCode, message: String) -> Error {
    let (endpoint, request) = (endpoint.to_owned(), R::NAME);
    match code {
        FailureCode::ShuttingDown => Error::ShuttingDown { endpoint, request },
        FailureCode::HandlerFailed => Error::HandlerFailed {
            endpoint,
            request,
            message,
        },
        FailureCode::DecodeFailed => Error::Decode {
            event: request,
            endpoint,
            message,
        },
        FailureCode::Unanswered | FailureCode::Unspecified => Error::Unanswered {
            endpoint,
            request,
            message,
        },
    }
}

fn read_local_answer<R: Request>(endpoint: &str, answer: LocalAnswer) -> Result<R::Response> {
    if answer.type_id != R::Response::TYPE_ID {
        return Err(unexpected::<R>(endpoint, answer.name.to_owned()));
    }
    match answer.value.downcast::<R::Response>() {
        Ok(answer) => Ok(*answer),
        Err(other) => {
            let payload = (answer.encode)(&*other);
            decode(&payload).map_err(|message| undecodable::<R>(endpoint, message))
        }
    }
}

fn unexpected<R: Request>(endpoint: &str, received: String) -> Error {
    Error::UnexpectedResponse {
        endpoint: endpoint.to_owned(),
        expected: R::Response::NAME,
        received,
    }
}

fn undecodable<R: Request>(endpoint: &str, message: String) -> Error {
    Error::Decode {
        event: R::Response::NAME,
        endpoint: endpoint.to_owned(),
        message,
    }
}
