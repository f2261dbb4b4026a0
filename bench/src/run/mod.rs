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

/// Starts the processes, lets them do the work and ends them.
pub(crate) fn run(peer: &dyn Peer, work: &Work, time: Duration) -> Result<Outcome> {
    let place = tempfile::Builder::new().prefix("lahja-bench-").tempdir()?;
    let pinned = work.one_cpu.then(OneCpu::pin).transpose()?;
    let mut crew = Crew::gather(peer, work, time, place.path())?;
    drop(pinned);
    crew.work(time)
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
    fn gather(peer: &dyn Peer, work: &Work, time: Duration, place: &Path) -> Result<Self> {
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
        crew.enter(peer, job.clone())?.expect_listening()?;
        for guest in 0..work.receivers() {
            let role = Role::Guest(guest);
            crew.enter(
                peer,
                Job {
                    role,
                    ..job.clone()
                },
            )?;
        }
        for (_, process) in &mut crew.processes {
            process.expect_ready()?;
        }
        Ok(crew)
    }

    fn enter(&mut self, peer: &dyn Peer, job: Job) -> Result<&mut Process> {
        let process = Process::start(as_told(peer.program(&job)?, &job)?)?;
        self.processes.push((job, process));
        let (_, process) = self.processes.last_mut().expect("one was pushed");
        Ok(process)
    }

    fn work(&mut self, time: Duration) -> Result<Outcome> {
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
        let cpu_seconds = self.cpu_seconds()? - cpu_before;
        let peak_memory = self.peak_memory()?;
        outcome(&reports, cpu_seconds, peak_memory)
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

fn outcome(reports: &[Done], cpu_seconds: f64, peak_memory: u64) -> Result<Outcome> {
    let start = reports.iter().filter_map(|done| done.start).min();
    let end = reports.iter().filter_map(|done| done.end).max();
    let (start, end) = start.zip(end).context("nobody kept the time")?;
    let events = reports.iter().map(|done| done.events).max().unwrap_or(0);
    ensure!(
        events > 0 && reports.iter().all(|done| done.events == events),
        "the processes count differently: {reports:?}"
    );
    Ok(Outcome {
        events,
        seconds: (end - start) as f64 / 1e9,
        cpu_seconds,
        peak_memory,
        latency: reports.iter().find_map(|done| done.latency),
    })
}
