//! The side of a process that takes part: told what to do in its environment, told when on stdin,
//! and reporting on stdout.

use std::io::{BufRead, Write, stdin, stdout};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::watch;

use crate::job::Job;
use crate::peers;
use crate::stats::Latency;
use crate::work::Work;

/// A process's place in a measurement.
pub(crate) struct Seat {
    pub(crate) job: Job,
    phase: watch::Receiver<Phase>,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Phase {
    Waiting,
    Running,
    Over,
}

/// What a process says at its end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    /// When it began, if it drove the others; of the clock in [`crate::stamp::now`].
    pub(crate) start: Option<u64>,
    /// When it had the last event.
    pub(crate) end: Option<u64>,
    pub(crate) events: u64,
    pub(crate) latency: Option<Latency>,
}

/// Lines of this process to the one that started it.
pub(crate) const LISTENING: &str = "listening";
pub(crate) const READY: &str = "ready";
pub(crate) const DONE: &str = "done ";
/// The line back that makes the driving process start. The end of its input makes it end.
pub(crate) const GO: &str = "go";

/// How long a process has to clean up.
const FAREWELL: Duration = Duration::from_millis(300);

/// Does the job in this process.
pub(crate) fn take(job: Job) -> Result<()> {
    let peer = peers::named(&job.peer)?;
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())?;
    let context = format!("{}, {:?} of {}", job.peer, job.role, job.work.name);
    let seat = Seat {
        phase: watch_input(),
        job,
    };
    // As a task, which is how programs run most of what they do: tokio asks the kernel for news
    // each time before it goes on with the future that it was started with.
    let played = runtime.spawn_local(peer.play(seat));
    let result = runtime.block_on(played)?.context(context);
    runtime.shutdown_background();
    result
}

impl Seat {
    pub(crate) fn work(&self) -> &Work {
        &self.job.work
    }

    /// How long to drive, in nanoseconds.
    pub(crate) fn nanos(&self) -> u64 {
        self.job.time.as_nanos() as u64
    }

    /// The guests may come.
    pub(crate) fn listening(&self) {
        say(LISTENING);
    }

    /// This process is connected to all that it needs.
    pub(crate) fn ready(&self) {
        say(READY);
    }

    /// Every process is ready.
    pub(crate) async fn started(&self) {
        self.reached(Phase::Running).await;
    }

    /// Reports, and waits until the figures of all processes have been read.
    pub(crate) async fn done(&self, done: Done) {
        let report = serde_json::to_string(&done).expect("numbers become JSON");
        say(&format!("{DONE}{report}"));
        self.over().await;
    }

    pub(crate) async fn over(&self) {
        self.reached(Phase::Over).await;
    }

    /// For those who poll.
    pub(crate) fn is_over(&self) -> bool {
        *self.phase.borrow() == Phase::Over
    }

    async fn reached(&self, phase: Phase) {
        let mut current = self.phase.clone();
        // The sender lives as long as the process.
        let _ = current.wait_for(|current| *current >= phase).await;
    }
}

fn say(line: &str) {
    let mut out = stdout().lock();
    // Who started this process may be gone, which the end of the input tells.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn watch_input() -> watch::Receiver<Phase> {
    let (phase, phases) = watch::channel(Phase::Waiting);
    thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if line == GO {
                phase.send_replace(Phase::Running);
            }
        }
        phase.send_replace(Phase::Over);
        thread::sleep(FAREWELL);
        // Some peers can't be woken from a blocking call.
        std::process::exit(0);
    });
    phases
}
