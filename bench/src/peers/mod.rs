//! The ways to move events that are compared. A further one is a module and a line in [`ALL`].

mod foreign;
mod iceoryx;
mod lahja;
mod nats;
mod plain;
mod python;
mod python_client;
mod raw;
mod tarpc;
mod tokio_socket;
mod tonic;
mod typescript;
mod version;
mod window;
mod zbus;
mod zeromq;

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use futures::future::LocalBoxFuture;

use crate::job::Job;
use crate::seat::Seat;
use crate::work::Work;

pub(crate) static ALL: &[&dyn Peer] = &[
    &lahja::Lahja,
    &raw::Raw::WRITE_PER_EVENT,
    &raw::Raw::BATCHES,
    &tokio_socket::TokioSocket,
    &zeromq::ZeroMq,
    &tonic::Tonic::STREAMING,
    &tonic::Tonic::UNARY,
    &tarpc::Tarpc,
    &zbus::Zbus,
    &iceoryx::Iceoryx,
    &nats::Nats,
    &python::Python,
    &python_client::PythonClient,
    &typescript::TypeScript,
];

pub(crate) trait Peer: Sync {
    fn name(&self) -> &'static str;

    /// What it is built from.
    fn version(&self) -> String;

    /// In a line, what was chosen.
    fn configuration(&self) -> &'static str;

    fn does(&self, work: &Work) -> bool;

    /// Why it can't run here.
    fn missing(&self) -> Option<String> {
        None
    }

    /// A broker to start first, meeting the others in that directory.
    fn server(&self, _place: &Path) -> Result<Option<Command>> {
        Ok(None)
    }

    /// The program that takes a seat: this one, unless the peer is of another language.
    fn program(&self, _job: &Job) -> Result<Command> {
        Ok(Command::new(env::current_exe()?))
    }

    /// Removes what its processes left behind outside that directory.
    fn tidy(&self, _place: &Path) -> Result<()> {
        Ok(())
    }

    /// Takes a seat in this process.
    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>>;
}

pub(crate) fn named(name: &str) -> Result<&'static dyn Peer> {
    let found = ALL.iter().find(|peer| peer.name() == name);
    found.copied().with_context(|| format!("no peer {name:?}"))
}
