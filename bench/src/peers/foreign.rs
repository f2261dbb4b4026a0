//! What peers have in common that are programs of another language.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Result, bail, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use crate::work::{Kind, Work};

/// The folder of the benchmark.
pub(super) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All but what wants a timer that is exact enough.
pub(super) fn does(work: &Work) -> bool {
    !matches!(work.kind, Kind::Paced { .. })
}

/// Runs a command, whose complaints are the error if it fails.
pub(super) fn run(command: &mut Command) -> Result<Output> {
    let output = command.output()?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}", why.trim());
    Ok(output)
}

/// What a command prints.
pub(super) fn said_by(command: &mut Command) -> Result<String> {
    let output = run(command)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// This process is not of that language.
pub(super) fn play() -> LocalBoxFuture<'static, Result<()>> {
    async { bail!("a program of another language plays this") }.boxed_local()
}
