//! Python's lahja 0.17, in a virtual environment beside what is built.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::Peer;
use crate::job::Job;
use crate::seat::Seat;
use crate::work::{Kind, Work};

pub(super) struct Python;

impl Peer for Python {
    fn name(&self) -> &'static str {
        "python-lahja"
    }

    fn version(&self) -> String {
        let output = Command::new(interpreter()).arg("--version").output();
        let python = output.map_or_else(
            |_| "no Python yet".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        );
        format!("{PACKAGE}, {python}")
    }

    fn configuration(&self) -> &'static str {
        "AsyncioEndpoint, handlers by `subscribe` (faster than `stream`), payloads are `bytes`; no paced events, as Python 3.11 has no timer that is exact enough"
    }

    fn does(&self, work: &Work) -> bool {
        !matches!(work.kind, Kind::Paced { .. })
    }

    /// Installs it when it is not there yet.
    fn missing(&self) -> Option<String> {
        install().err().map(|error| format!("{error:#}"))
    }

    fn program(&self, _job: &Job) -> Result<Command> {
        let mut command = Command::new(interpreter());
        command.arg(here().join("python/lahja_peer.py"));
        Ok(command)
    }

    fn play(&self, _seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        async { bail!("a Python program plays this") }.boxed_local()
    }
}

const PACKAGE: &str = "lahja==0.17.0";

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn environment() -> PathBuf {
    here().join("target/python")
}

fn interpreter() -> PathBuf {
    environment().join("bin/python")
}

fn install() -> Result<()> {
    let mut import = Command::new(interpreter());
    let import = import.args(["-c", "import lahja"]).output();
    if import.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    eprintln!("installing {PACKAGE} for Python");
    run(Command::new("python3")
        .args(["-m", "venv"])
        .arg(environment()))?;
    run(Command::new(interpreter()).args(["-m", "pip", "install", "--quiet", PACKAGE]))
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}", why.trim());
    Ok(())
}
