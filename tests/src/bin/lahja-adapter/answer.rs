//! What a command came to.

use lahja::Error;
use serde_json::{Value, json};

/// A line of output.
pub(crate) enum Answer {
    /// It was done.
    Done(Value),
    /// The bus says no.
    Failed { word: &'static str, message: String },
    /// The command makes no sense.
    Error(String),
}

/// Why a command was not done: what is not `Answer::Done`.
pub(crate) enum Problem {
    Bus(Error),
    Command(String),
}

impl Answer {
    pub(crate) fn nothing() -> Self {
        Self::Done(json!({}))
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Done(answer) => answer.clone(),
            Self::Failed { word, message } => json!({ "failed": word, "message": message }),
            Self::Error(problem) => json!({ "error": problem }),
        }
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Bus(error) => Self::Failed {
                word: word(&error),
                message: error.to_string(),
            },
            Problem::Command(problem) => Self::Error(problem),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Bus(error)
    }
}

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Self::Command(problem)
    }
}

impl From<&str> for Problem {
    fn from(problem: &str) -> Self {
        Self::Command(problem.to_owned())
    }
}

fn word(error: &Error) -> &'static str {
    match error {
        Error::NoSubscribers { .. } => "no_subscribers",
        Error::ConnectionRejected { .. } => "rejected",
        Error::Disconnected { .. } => "disconnected",
        Error::Unanswered { .. } => "unanswered",
        Error::HandlerFailed { .. } => "handler_failed",
        Error::Decode { .. } => "decode_failed",
        Error::ShuttingDown { .. } => "shutting_down",
        Error::UnexpectedResponse { .. } => "unexpected_response",
        Error::DeadlineExceeded { .. } => "deadline_exceeded",
        Error::TooLarge { .. } => "too_large",
        _ => "other",
    }
}
