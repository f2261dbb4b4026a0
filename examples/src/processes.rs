//! This program again, as processes of their own.

use std::io::{self, Read};
use std::path::Path;
use std::process::Stdio;
use std::{env, process, thread};

use tempfile::TempDir;
use tokio::process::{ChildStdin, Command};
use tokio::task::JoinSet;

use crate::{Interruption, Result};

/// Processes that meet in a directory of their own, which goes when they do.
pub struct Processes {
    running: JoinSet<io::Result<()>>,
    /// Closing them ends the processes: see [`end_with_parent`].
    lifelines: Vec<ChildStdin>,
    directory: TempDir,
    interruption: Interruption,
}

impl Processes {
    /// None yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            interruption: Interruption::new()?,
            running: JoinSet::new(),
            lifelines: Vec::new(),
            directory: tempfile::Builder::new().prefix("lahja-").tempdir()?,
        })
    }

    /// Where their endpoints are.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Starts this program once more, with these arguments.
    pub fn start(&mut self, arguments: &'static str) -> io::Result<()> {
        let mut child = Command::new(env::current_exe()?)
            .args(arguments.split(' '))
            .env("LAHJA_DIR", self.directory())
            .stdin(Stdio::piped())
            // So that Ctrl-C reaches this process alone, which then ends the others.
            .process_group(0)
            .spawn()?;
        self.lifelines.extend(child.stdin.take());
        self.running.spawn(async move {
            let status = child.wait().await?;
            let failed = || io::Error::other(format!("`{arguments}` ended with {status}"));
            status.success().then_some(()).ok_or_else(failed)
        });
        Ok(())
    }

    /// Waits until all have ended, until one fails, or until this process is to end; then ends
    /// those that still run.
    pub async fn finish(mut self) -> Result {
        let result = tokio::select! {
            ended = all_end(&mut self.running) => ended,
            () = self.interruption.arrives() => Ok(()),
        };
        self.lifelines.clear();
        while self.running.join_next().await.is_some() {}
        Ok(result?)
    }
}

async fn all_end(running: &mut JoinSet<io::Result<()>>) -> io::Result<()> {
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(())
}

/// Ends this process as soon as the one that started it is gone, however that ended: the system
/// closes the pipe between them.
pub fn end_with_parent() {
    thread::spawn(|| {
        // Nothing is ever written to it: this returns at its end.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
}
