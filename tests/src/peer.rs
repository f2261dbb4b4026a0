//! Processes with an endpoint each: the binary `peer`, told what to do line by line.

use std::path::Path;
use std::process::Stdio;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::rendezvous::Rendezvous;
use crate::within;

/// A process, killed when this is dropped.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    name: String,
}

impl Peer {
    /// Starts `exe`, the binary `peer`, with an endpoint of this name; `settings` are those of its
    /// command line. It may not be up yet.
    ///
    /// # Panics
    ///
    /// If the system starts no process.
    #[must_use]
    pub fn spawn(exe: &str, at: &Rendezvous, name: &str, settings: &[&str]) -> Self {
        Self::run(Command::new(exe), at, name, settings)
    }

    /// Starts one as another user, which only root may.
    ///
    /// # Panics
    ///
    /// If the system starts no process.
    #[must_use]
    pub fn spawn_as(uid: u32, exe: &Path, at: &Rendezvous, name: &str) -> Self {
        let mut command = Command::new(exe);
        command.uid(uid);
        Self::run(command, at, name, &[])
    }

    fn run(mut command: Command, at: &Rendezvous, name: &str, settings: &[&str]) -> Self {
        let mut child = command
            .arg(at.path())
            .arg(name)
            .args(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the peer's binary is built");
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        Self {
            child,
            stdin,
            lines: BufReader::new(stdout).lines(),
            name: name.to_owned(),
        }
    }

    /// Starts one and waits until it is up.
    ///
    /// # Panics
    ///
    /// If it does not come up.
    pub async fn start(exe: &str, at: &Rendezvous, name: &str, settings: &[&str]) -> Self {
        let mut peer = Self::spawn(exe, at, name, settings);
        peer.expect("up").await;
        peer
    }

    /// Its process ID.
    ///
    /// # Panics
    ///
    /// If it was reaped.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it is not reaped")
    }

    /// Gives it a command.
    ///
    /// # Panics
    ///
    /// If it is gone.
    pub async fn tell(&mut self, command: &str) {
        let line = format!("{command}\n");
        let told = self.stdin.write_all(line.as_bytes()).await;
        told.unwrap_or_else(|error| panic!("{} is gone before `{command}`: {error}", self.name));
    }

    /// Gives it a command and waits for a line that starts with `reply`, of which it returns
    /// the rest.
    ///
    /// # Panics
    ///
    /// If another line comes, or none within 20 s.
    pub async fn ask(&mut self, command: &str, reply: &str) -> String {
        self.tell(command).await;
        self.expect(reply).await
    }

    /// The next line; `None` once it is gone. Cancel safe.
    ///
    /// # Panics
    ///
    /// If none comes within 20 s.
    pub async fn line(&mut self) -> Option<String> {
        let what = format!("a line of {}", self.name);
        let line = within(&what, self.lines.next_line()).await;
        line.expect("a pipe of ours can be read")
    }

    /// Waits for a line that starts with `start`, and returns the rest of it.
    ///
    /// # Panics
    ///
    /// If another line comes, or none within 20 s.
    pub async fn expect(&mut self, start: &str) -> String {
        let line = self.line().await;
        let rest = line.as_deref().and_then(|line| line.strip_prefix(start));
        let rest = rest.unwrap_or_else(|| panic!("{}: {start}… was due, not {line:?}", self.name));
        rest.trim_start().to_owned()
    }

    /// The next line, which must be an event: its number, and how many were missed before it.
    ///
    /// # Panics
    ///
    /// If another line comes, or none within 20 s.
    pub async fn tick(&mut self) -> (u64, u64) {
        let rest = self.expect("tick").await;
        let mut numbers = rest.split(' ').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(number)), Some(Ok(missed))) => (number, missed),
            _ => panic!("{}: no tick: {rest}", self.name),
        }
    }

    /// Kills it as `kill -9` does and waits until it is dead, but does not reap it.
    ///
    /// # Panics
    ///
    /// If it was reaped.
    pub async fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.await_state(WaitIdOptions::EXITED).await;
    }

    /// Stops it where it stands, and waits until it stands.
    ///
    /// # Panics
    ///
    /// If it was reaped.
    pub async fn freeze(&self) {
        self.signal(Signal::STOP);
        self.await_state(WaitIdOptions::STOPPED).await;
    }

    /// Lets it go on.
    ///
    /// # Panics
    ///
    /// If it was reaped.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.raw_pid(), signal).expect("it is a child of ours");
    }

    async fn await_state(&self, state: WaitIdOptions) {
        let pid = self.raw_pid();
        let wait = move || waitid(WaitId::Pid(pid), state | WaitIdOptions::NOWAIT);
        let waited = tokio::task::spawn_blocking(wait).await;
        let waited = waited.expect("waiting does not panic");
        waited.expect("it is a child of ours");
    }

    fn raw_pid(&self) -> Pid {
        let pid = i32::try_from(self.pid()).ok();
        pid.and_then(Pid::from_raw).expect("a process ID")
    }
}
