//! The client for TypeScript, as `clients/typescript/prepare` builds it.

use std::process::Command;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use super::{Peer, foreign};
use crate::job::Job;
use crate::seat::Seat;
use crate::work::Work;

pub(super) struct TypeScript;

impl Peer for TypeScript {
    fn name(&self) -> &'static str {
        "lahja-client-typescript"
    }

    fn version(&self) -> String {
        let node = foreign::said_by(Command::new("node").arg("--version"))
            .unwrap_or_else(|_| "no Node yet".to_owned());
        format!("of this repository, Node {node}")
    }

    fn configuration(&self) -> &'static str {
        "defaults, handlers by `subscribe`; no paced events, as Node has no timer that is exact enough"
    }

    fn does(&self, work: &Work) -> bool {
        foreign::does(work)
    }

    /// Builds it when it is not current.
    fn missing(&self) -> Option<String> {
        let script = foreign::here().join("../clients/typescript/prepare");
        let prepared = foreign::run(&mut Command::new(script));
        prepared.err().map(|error| format!("{error:#}"))
    }

    fn program(&self, _job: &Job) -> Result<Command> {
        let mut command = Command::new("node");
        command.arg(foreign::here().join("typescript/lahja_client_peer.mjs"));
        Ok(command)
    }

    fn play(&self, _seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        foreign::play()
    }
}
