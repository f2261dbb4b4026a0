//! Errors that `main` prints in words.

use std::{error, fmt, result};

/// What the examples' `main` returns.
pub type Result<T = ()> = result::Result<T, Error>;

/// Any error. `Debug`, which Rust prints when `main` returns one, is its message.
pub struct Error(Box<dyn error::Error>);

impl<E: error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
