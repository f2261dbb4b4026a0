//! The client for TypeScript, as `clients/typescript/prepare` builds it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail, ensure};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::Peer;
use crate::job::Job;
use crate::seat::Seat;
use crate::work::{Kind, Work};

pub(super) struct TypeScript;

impl Peer for TypeScript {
    fn name(&self) -> &'static str {
        "lahja-client-typescript"
    }

    fn version(&self) -> String {
        let output = Command::new("node").arg("--version").output();
        let node = output.map_or_else(
            |_| "no Node yet".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        );
        format!("of this repository, Node {node}")
    }

    fn configuration(&self) -> &'static str {
        "defaults, handlers by `subscribe`; no paced events, as Node has no timer that is exact enough"
    }

    fn does(&self, work: &Work) -> bool {
        !matches!(work.kind, Kind::Paced { .. })
    }

    /// Builds it when it is not current.
    fn missing(&self) -> Option<String> {
        prepare().err().map(|error| format!("{error:#}"))
    }

    fn program(&self, _job: &Job) -> Result<Command> {
        let mut command = Command::new("node");
        command.arg(here().join("typescript/lahja_client_peer.mjs"));
        Ok(command)
    }

    fn play(&self, _seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        async { bail!("a TypeScript program plays this") }.boxed_local()
    }
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn prepare() -> Result<()> {
    let script = here().join("../clients/typescript/prepare");
    let output = Command::new(script).output()?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", why.trim());
    Ok(())
}
