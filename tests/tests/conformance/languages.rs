//! The languages that lahja is written in, and how their adapters are started.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a program may take: one that hangs is to fail its test, whatever it is.
const PATIENCE: Duration = Duration::from_secs(300);

/// A client in another language, below `clients/`.
#[derive(Debug)]
pub(crate) struct Client {
    /// Its folder's name.
    pub(crate) name: &'static str,
    /// Its adapter's command, in the repository, once it is prepared.
    adapter: &'static str,
    prepared: OnceLock<Result<(), String>>,
}

pub(crate) static PYTHON: Client = Client {
    name: "python",
    adapter: "target/clients/python/venv/bin/python clients/python/tests/adapter.py",
    prepared: OnceLock::new(),
};

pub(crate) static TYPESCRIPT: Client = Client {
    name: "typescript",
    adapter: "node target/clients/typescript/dist/test/adapter.js",
    prepared: OnceLock::new(),
};

pub(crate) static CLIENTS: [&Client; 2] = [&PYTHON, &TYPESCRIPT];

/// Rust's adapter, as the kit takes it.
pub(crate) fn rust() -> String {
    format!("rust='{}'", env!("CARGO_BIN_EXE_lahja-adapter"))
}

impl Client {
    /// Its adapter, as the kit takes it.
    pub(crate) fn adapter(&self) -> String {
        self.prepare();
        format!("{}={}", self.name, self.adapter)
    }

    /// Builds what its programs need; once is enough.
    pub(crate) fn prepare(&self) {
        let prepared = self
            .prepared
            .get_or_init(|| run(&mut self.script("prepare")).map(drop));
        if let Err(problem) = prepared {
            panic!("{problem}");
        }
    }

    /// Its script of this name, to be run.
    pub(crate) fn script(&self, name: &str) -> Command {
        command(&format!("clients/{}/{name}", self.name))
    }
}

/// The folder that all of this is in.
pub(crate) fn repository() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    repository.expect("this crate is part of it").to_owned()
}

/// A program of the repository, to be run there.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(repository().join(program));
    command.current_dir(repository());
    command
}

/// Python 3, whichever there is, to be run in the repository.
pub(crate) fn python() -> Command {
    let mut command = Command::new("python3");
    command.current_dir(repository()).arg("-B");
    command
}

/// Runs it to its end, which must come within `PATIENCE`; gives what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{command:?} does not start: {error}{}", advice(command)))?;
    let group = Pid::from_child(&child);
    let (ended, end) = mpsc::channel();
    let reading = thread::spawn(move || {
        let output = child.wait_with_output();
        // Nobody waits for it any more where it took too long.
        let _ = ended.send(());
        output
    });
    let is_late = end.recv_timeout(PATIENCE).is_err();
    if is_late {
        // It may end by itself right now, which comes to the same.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let output = reading.join().expect("reading does not panic");
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(printed),
        false => Err(format!(
            "{command:?}: {}{}\n{printed}\n{}",
            output.status,
            if is_late { ", as it took too long" } else { "" },
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

fn advice(command: &Command) -> &'static str {
    match command.get_program().to_str() {
        Some("python3") => {
            ": the conformance kit needs Python 3.10 or later (on Debian: apt-get install python3 \
             python3-venv)"
        }
        _ => "",
    }
}
