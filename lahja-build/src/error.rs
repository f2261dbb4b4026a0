//! What a run ends with when it does not end well.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::report::{Mistake, Report, Sources};

/// What a run of `lahja-build` returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing was generated.
///
/// `Debug` prints the same words as `Display`, because that is what Rust prints when `main`
/// returns an error.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Kind);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("{0}")]
    Mistakes(Report),
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "OUT_DIR is not set: call this from build.rs, or say where to write with `.out_dir(…)`"
    )]
    NoOutDir,
}

impl Error {
    pub(crate) fn mistakes(mistakes: &[Mistake], sources: &Sources) -> Self {
        Self(Kind::Mistakes(Report::new(mistakes, sources)))
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self(Kind::Write { path, source })
    }

    pub(crate) fn no_out_dir() -> Self {
        Self(Kind::NoOutDir)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
