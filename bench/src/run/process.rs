//! A process that takes part, seen from outside.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use nix::time::ClockId;
use nix::unistd::Pid;

use crate::seat::{DONE, Done, GO, LISTENING, READY};

/// How long a process has to start and connect.
const START: Duration = Duration::from_secs(30);
/// How long the last event may come after the time of the job.
const LATEST: Duration = Duration::from_secs(60);
/// How long a process may take to end when it is asked to.
const END: Duration = Duration::from_secs(2);

/// A child that ends with its run.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.with_context(|| format!("{command:?} does not start"))?;
        let output = child.stdout.take().context("its output is a pipe")?;
        Ok(Self {
            input: child.stdin.take(),
            lines: read_lines(BufReader::new(output).lines()),
            child,
        })
    }

    pub(crate) fn expect_listening(&mut self) -> Result<()> {
        self.expect(LISTENING, START).map(drop)
    }

    pub(crate) fn expect_ready(&mut self) -> Result<()> {
        self.expect(READY, START).map(drop)
    }

    pub(crate) fn go(&mut self) -> Result<()> {
        let input = self.input.as_mut().context("its input is open")?;
        Ok(writeln!(input, "{GO}")?)
    }

    pub(crate) fn expect_done(&mut self, time: Duration) -> Result<Done> {
        let report = self.expect(DONE, time + LATEST)?;
        Ok(serde_json::from_str(&report)?)
    }

    /// Skips lines up to the one that begins so, of which it returns the rest.
    pub(crate) fn expect(&mut self, beginning: &str, within: Duration) -> Result<String> {
        let deadline = Instant::now() + within;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(beginning) {
                        return Ok(rest.to_owned());
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("not {beginning:?} within {within:?}"),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    return Err(anyhow!("it ended before {beginning:?}: {status}"));
                }
            }
        }
    }

    /// Asks it to end.
    pub(crate) fn end_input(&mut self) {
        drop(self.input.take());
    }

    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
    }

    /// User and system time of all its threads so far.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let time = ClockId::pid_cpu_clock_id(self.pid())?.now()?;
        Ok(Duration::from(time).as_secs_f64())
    }

    /// The most resident memory that it had so far, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        self.status_bytes("VmHWM:")
    }

    /// Its resident memory, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.status_bytes("VmRSS:")
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    fn status_bytes(&self, key: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let text = line.with_context(|| format!("no {key} of the process"))?;
        let kibibytes: u64 = text.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_input();
        let deadline = Instant::now() + END;
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(lines: Lines<BufReader<ChildStdout>>) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
