//! One run of one peer at one kind of work, and what it cost.

mod pin;
mod process;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

pub(crate) use process::Process;

use crate::job::{self, Job, Role};
use crate::peers::Peer;
use crate::seat::Done;
use crate::stats::Latency;
use crate::work::Work;
use pin::OneCpu;

/// The figures of one run in which every event arrived.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) events: u64,
    pub(crate) seconds: f64,
    /// User and system time of all processes, from the start to the last event.
    pub(crate) cpu_seconds: f64,
    /// The most resident memory that any one process had, in bytes.
    pub(crate) peak_memory: u64,
    /// Resident memory of the host when all were connected and nothing had been sent, in bytes.
    pub(crate) host_memory: u64,
    pub(crate) latency: Option<Latency>,
}

impl Outcome {
    pub(crate) fn per_second(&self) -> f64 {
        self.events as f64 / self.seconds
    }

    pub(crate) fn cpu_per_million(&self) -> f64 {
        self.cpu_seconds / self.events as f64 * 1e6
    }
}

/// Makes of the program of a process what is to be started in its place.
pub(crate) type Wrap<'a> = &'a dyn Fn(Command, &Job) -> Command;

/// Starts the processes, lets them do the work and ends them.
pub(crate) fn run(peer: &dyn Peer, work: &Work, time: Duration) -> Result<Outcome> {
    run_as(peer, work, time, &|program, _| program)
}

/// The same with other programs in the place of each process's.
pub(crate) fn run_as(
    peer: &dyn Peer,
    work: &Work,
    time: Duration,
    wrap: Wrap<'_>,
) -> Result<Outcome> {
    let place = tempfile::Builder::new().prefix("lahja-bench-").tempdir()?;
    let pinned = work.one_cpu.then(OneCpu::pin).transpose()?;
    let crew = Crew::gather(peer, work, time, place.path(), wrap);
    drop(pinned);
    let outcome = crew.and_then(|mut crew| crew.work(time));
    peer.tidy(place.path())?;
    outcome
}

impl Drop for Crew {
    fn drop(&mut self) {
        // All are asked to end before any is waited for.
        for (_, process) in &mut self.processes {
            process.end_input();
        }
        if let Some(server) = &mut self.server {
            server.kill();
        }
    }
}

/// The processes of one run.
struct Crew {
    processes: Vec<(Job, Process)>,
    server: Option<Process>,
}

impl Crew {
    /// All of them connected and waiting.
    fn gather(
        peer: &dyn Peer,
        work: &Work,
        time: Duration,
        place: &Path,
        wrap: Wrap<'_>,
    ) -> Result<Self> {
        let server = peer.server(place)?.map(Process::start).transpose()?;
        let mut crew = Self {
            processes: Vec::new(),
            server,
        };
        let job = Job {
            peer: peer.name().to_owned(),
            role: Role::Host,
            place: place.to_owned(),
            time,
            work: work.clone(),
        };
        crew.enter(peer, job.clone(), wrap)?.expect_listening()?;
        for guest in 0..work.receivers() + work.idle {
            let role = Role::Guest(guest);
            let job = Job {
                role,
                ..job.clone()
            };
            crew.enter(peer, job, wrap)?;
        }
        for (_, process) in &mut crew.processes {
            process.expect_ready()?;
        }
        Ok(crew)
    }

    fn enter(&mut self, peer: &dyn Peer, job: Job, wrap: Wrap<'_>) -> Result<&mut Process> {
        let program = wrap(peer.program(&job)?, &job);
        let process = Process::start(as_told(program, &job)?)?;
        self.processes.push((job, process));
        let (_, process) = self.processes.last_mut().expect("one was pushed");
        Ok(process)
    }

    fn work(&mut self, time: Duration) -> Result<Outcome> {
        let host_memory = self.processes[0].1.memory()?;
        let cpu_before = self.cpu_seconds()?;
        for (job, process) in &mut self.processes {
            if job.drives() {
                process.go()?;
            }
        }
        let mut reports = Vec::new();
        for (job, process) in &mut self.processes {
            if job.ends() {
                reports.push(process.expect_done(time)?);
            }
        }
        let (events, seconds) = count(&reports)?;
        Ok(Outcome {
            events,
            seconds,
            cpu_seconds: self.cpu_seconds()? - cpu_before,
            peak_memory: self.peak_memory()?,
            host_memory,
            latency: reports.iter().find_map(|done| done.latency),
        })
    }

    fn everyone(&self) -> impl Iterator<Item = &Process> {
        let crew = self.processes.iter().map(|(_, process)| process);
        crew.chain(&self.server)
    }

    fn cpu_seconds(&self) -> Result<f64> {
        self.everyone().map(Process::cpu_seconds).sum()
    }

    fn peak_memory(&self) -> Result<u64> {
        let peaks: Result<Vec<u64>> = self.everyone().map(Process::peak_memory).collect();
        Ok(peaks?.into_iter().max().unwrap_or(0))
    }
}

fn as_told(mut program: Command, job: &Job) -> Result<Command> {
    program.env(job::JOB, serde_json::to_string(job)?);
    Ok(program)
}

/// How many events there were, all processes agreeing, and how long they took in seconds.
fn count(reports: &[Done]) -> Result<(u64, f64)> {
    let start = reports.iter().filter_map(|done| done.start).min();
    let end = reports.iter().filter_map(|done| done.end).max();
    let (start, end) = start.zip(end).context("nobody kept the time")?;
    let events = reports.iter().map(|done| done.events).max().unwrap_or(0);
    ensure!(
        events > 0 && reports.iter().all(|done| done.events == events),
        "the processes count differently: {reports:?}"
    );
    Ok((events, (end - start) as f64 / 1e9))
}
