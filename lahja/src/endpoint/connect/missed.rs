//! Why a try to connect gave no link, and whether another may.

use std::io;
use std::path::Path;

use super::rejected;
use crate::Error;
use crate::driver::Refused;
use crate::error::Rejection;
use crate::wire::GoodbyeReason;

/// Why an attempt gave no link.
pub(super) enum Missed {
    /// It may work later: the endpoint is not there yet, or connects to us.
    ForNow {
        why: String,
        rejection: Option<Rejection>,
    },
    ForGood(Error),
}

impl Missed {
    pub(super) fn for_now(why: impl ToString) -> Self {
        Self::ForNow {
            why: why.to_string(),
            rejection: None,
        }
    }

    /// Sorts what comes of connecting: nobody listens yet, or never will.
    pub(super) fn unreachable(socket: &Path, error: io::Error) -> Self {
        use io::ErrorKind::{ConnectionRefused, ConnectionReset, NotFound, WouldBlock};
        match error.kind() {
            NotFound | ConnectionRefused | ConnectionReset | WouldBlock => Self::for_now(error),
            _ => Self::ForGood(Error::io(format!("connecting to {}", socket.display()))(
                error,
            )),
        }
    }

    /// Sorts what a peer made of our hello.
    pub(super) fn refused(name: &str, refused: Refused) -> Self {
        let why = refused.to_string();
        let for_now = |rejection| Self::ForNow {
            why: why.clone(),
            rejection: Some(rejection),
        };
        let for_good = |rejection| Self::ForGood(rejected(name, rejection));
        match refused {
            Refused::Goodbye(GoodbyeReason::Duplicate, message) => {
                for_now(Rejection::Duplicate(message))
            }
            Refused::Goodbye(GoodbyeReason::NameTaken, message) => {
                for_now(Rejection::NameTaken(message))
            }
            Refused::Goodbye(GoodbyeReason::UnsupportedVersion, message) => {
                for_good(Rejection::UnsupportedVersion(message))
            }
            Refused::Goodbye(GoodbyeReason::Shutdown, _)
            | Refused::Ended
            | Refused::TimedOut(_)
            | Refused::Io(_) => Self::for_now(why),
            Refused::Goodbye(..) | Refused::Violation(_) => for_good(Rejection::Protocol(why)),
        }
    }
}
