//! Python's lahja 0.17, in a virtual environment beside what is built.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use super::{Peer, foreign};
use crate::job::Job;
use crate::seat::Seat;
use crate::work::Work;

pub(super) struct Python;

impl Peer for Python {
    fn name(&self) -> &'static str {
        "python-lahja"
    }

    fn version(&self) -> String {
        let python = foreign::said_by(Command::new(interpreter()).arg("--version"))
            .unwrap_or_else(|_| "no Python yet".to_owned());
        format!("{PACKAGE}, {python}")
    }

    fn configuration(&self) -> &'static str {
        "AsyncioEndpoint, handlers by `subscribe` (faster than `stream`), payloads are `bytes`; no paced events, as Python 3.11 has no timer that is exact enough"
    }

    fn does(&self, work: &Work) -> bool {
        foreign::does(work)
    }

    /// Installs it when it is not there yet.
    fn missing(&self) -> Option<String> {
        install().err().map(|error| format!("{error:#}"))
    }

    fn program(&self, _job: &Job) -> Result<Command> {
        let mut command = Command::new(interpreter());
        command.arg(foreign::here().join("python/lahja_peer.py"));
        Ok(command)
    }

    fn play(&self, _seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        foreign::play()
    }
}

const PACKAGE: &str = "lahja==0.17.0";

fn environment() -> PathBuf {
    foreign::here().join("target/python")
}

fn interpreter() -> PathBuf {
    environment().join("bin/python")
}

fn install() -> Result<()> {
    if foreign::run(Command::new(interpreter()).args(["-c", "import lahja"])).is_ok() {
        return Ok(());
    }
    eprintln!("installing {PACKAGE} for Python");
    foreign::run(
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(environment()),
    )?;
    foreign::run(Command::new(interpreter()).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
    Ok(())
}
