//! lahja-client, the endpoints of lahja in Python, in the environment that its tests have.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use super::{Peer, foreign};
use crate::job::Job;
use crate::seat::Seat;
use crate::work::Work;

pub(super) struct PythonClient;

impl Peer for PythonClient {
    fn name(&self) -> &'static str {
        "lahja-client-python"
    }

    fn version(&self) -> String {
        let mut versions = Command::new(interpreter());
        let show = "import platform, google.protobuf as p; \
                    print(f'protobuf {p.__version__}, Python {platform.python_version()}')";
        foreign::said_by(versions.args(["-c", show]))
            .unwrap_or_else(|_| "no environment yet".to_owned())
    }

    fn configuration(&self) -> &'static str {
        "its defaults, handlers by `subscribe` and `respond`; no paced events, as Python has no timer that is exact enough"
    }

    fn does(&self, work: &Work) -> bool {
        foreign::does(work)
    }

    /// Makes its environment when it is not there yet.
    fn missing(&self) -> Option<String> {
        let prepared = foreign::run(&mut Command::new(root().join("clients/python/prepare")));
        prepared.err().map(|error| format!("{error:#}"))
    }

    fn program(&self, _job: &Job) -> Result<Command> {
        let mut command = Command::new(interpreter());
        command.arg(root().join("bench/python/lahja_client_peer.py"));
        Ok(command)
    }

    fn play(&self, _seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        foreign::play()
    }
}

fn root() -> PathBuf {
    foreign::here().join("..")
}

fn interpreter() -> PathBuf {
    root().join("target/clients/python/venv/bin/python")
}
