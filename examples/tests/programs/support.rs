//! Running an example where nothing else runs.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// After so long an example counts as stuck.
const STUCK: Duration = Duration::from_secs(60);

/// A temporary directory for one example, which has to leave it empty.
pub(crate) struct Scene(TempDir);

impl Scene {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("TMPDIR", self.path())
            .env_remove("LAHJA_DIR")
            .env_remove("XDG_RUNTIME_DIR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub(crate) fn start(&self, program: &str, arguments: &[&str]) -> Child {
        let mut command = self.command(program, arguments);
        command.spawn().expect("the example starts")
    }

    /// Runs an example to its end, which has to be a good one; gives the lines that it printed.
    pub(crate) async fn run(&self, program: &str, arguments: &[&str]) -> Vec<String> {
        let output = in_time(self.command(program, arguments).output()).await;
        let output = output.expect("the example starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {errors}");
        assert_eq!(errors, "", "{program} complains");
        let printed = String::from_utf8(output.stdout).expect("text");
        printed.lines().map(str::to_owned).collect()
    }

    /// [`run`](Self::run), and look that nothing is left behind.
    pub(crate) async fn lines(&self, program: &str, arguments: &[&str]) -> Vec<String> {
        let lines = self.run(program, arguments).await;
        self.assert_empty();
        lines
    }

    pub(crate) fn assert_empty(&self) {
        let entries = fs::read_dir(self.path()).expect("the directory is still there");
        let left: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

pub(crate) async fn in_time<F: Future>(work: F) -> F::Output {
    timeout(STUCK, work).await.expect("it is stuck")
}

pub(crate) fn printed_by(example: &mut Child) -> BufReader<ChildStdout> {
    BufReader::new(example.stdout.take().expect("it is piped"))
}

pub(crate) async fn wait_for_line(printed: &mut BufReader<ChildStdout>, line: &str, times: usize) {
    let mut seen = 0;
    while seen < times {
        let mut found = String::new();
        let count = in_time(printed.read_line(&mut found)).await;
        let count = count.expect("text");
        assert!(
            count > 0,
            "it ended before it printed `{line}` {times} times"
        );
        seen += usize::from(found.starts_with(line));
    }
}

pub(crate) fn interrupt(example: &Child) {
    let id = example.id().expect("it runs");
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    kill_process(id.expect("a process ID"), Signal::INT).expect("it runs");
}
