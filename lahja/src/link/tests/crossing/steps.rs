//! What may happen next.

use super::world::{ACCEPTOR, Attempt, DIALER, End, Fault, Process, Stream, World};
use crate::link::PeerId;

/// One step of one process; attempts are named by process and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    /// Opens a stream, unless there is a link by now.
    Dial(usize, usize),
    /// Sends `Hello` on the open stream, unless there is a link by now.
    Greet(usize, usize),
    /// Reads the answer to `Hello`.
    Hear(usize, usize),
    /// Looks whether the link is ready, or gone.
    Look(usize, usize),
    /// Its connect deadline passes.
    GiveUp(usize, usize),
    /// The acceptor reads the `Hello` of this stream.
    Judge(usize),
    /// The link at this end of this stream reads.
    Read(usize, usize),
    Die(usize),
    Revive(usize),
    Cancel(usize),
    Listen(usize),
}

impl Step {
    /// Whether it happens in the end, unlike a fault that may as well not.
    pub(super) fn must_happen(self) -> bool {
        !matches!(self, Self::Die(_) | Self::Cancel(_))
    }
}

impl World {
    pub(super) fn enabled(&self, fault: Fault) -> Vec<Step> {
        let mut steps: Vec<_> = self.enabled_fault(fault).into_iter().collect();
        for (p, process) in self.processes.iter().enumerate() {
            for (i, attempt) in process.attempts.iter().enumerate() {
                steps.extend(self.enabled_attempt(p, i, attempt));
            }
        }
        for (s, stream) in self.streams.iter().enumerate() {
            if let Some(stream) = stream {
                steps.extend(stream.enabled(s));
            }
        }
        steps
    }

    fn enabled_fault(&self, fault: Fault) -> Option<Step> {
        match fault {
            Fault::Restart(p) if !self.processes[p].lives => Some(Step::Revive(p)),
            _ if self.fault_is_over => None,
            Fault::None => None,
            Fault::Death(p) | Fault::Restart(p) => Some(Step::Die(p)),
            Fault::Cancel(p) => Some(Step::Cancel(p)),
            Fault::LateListener(p) => Some(Step::Listen(p)),
        }
    }

    fn enabled_attempt(&self, p: usize, i: usize, attempt: &Attempt) -> Vec<Step> {
        let process = &self.processes[p];
        if !process.lives || attempt.is_over() {
            return Vec::new();
        }
        let step = match attempt {
            Attempt::Dialing => self.may_dial(p).then_some(Step::Dial(p, i)),
            Attempt::Open(_) => Some(Step::Greet(p, i)),
            Attempt::Greeted(s) => {
                let is_answered = self.stream(*s).is_readable(DIALER);
                is_answered.then_some(Step::Hear(p, i))
            }
            _ => (!self.is_getting_ready(process)).then_some(Step::Look(p, i)),
        };
        let deadline = self.is_hopeless(p).then_some(Step::GiveUp(p, i));
        step.into_iter().chain(deadline).collect()
    }

    /// Backing off takes longer than the acceptor needs to see that earlier streams are closed.
    fn may_dial(&self, p: usize) -> bool {
        let process = &self.processes[p];
        let closed = |stream: &&Stream| {
            stream.owners[DIALER] == p && stream.ends == [End::Closed, End::Open]
        };
        let unseen = self.streams.iter().flatten().filter(closed).count();
        process.link().is_some() || (self.listener(process.peer).is_some() && unseen < 2)
    }

    /// Whether its peer is gone for good, or another one has its name.
    fn is_hopeless(&self, p: usize) -> bool {
        let process = &self.processes[p];
        let living = |name: &str| {
            let namesakes = self
                .processes
                .iter()
                .filter(|q| q.lives && q.id.name == name);
            namesakes.count()
        };
        living(process.peer) == 0 || living(&process.id.name) > 1
    }

    pub(super) fn is_getting_ready(&self, process: &Process) -> bool {
        process.link().is_some_and(|s| {
            let stream = self.stream(s);
            let end = stream.end_of(&process.id, &self.processes);
            stream.ends[end] == End::Linked { ready: false }
        })
    }
}

impl Stream {
    fn enabled(&self, s: usize) -> impl Iterator<Item = Step> + '_ {
        let judge = self.ends[ACCEPTOR] == End::Open && self.is_readable(ACCEPTOR);
        let linked = |end: &usize| matches!(self.ends[*end], End::Linked { .. });
        let reads = [DIALER, ACCEPTOR].into_iter().filter(linked);
        let reads = reads.filter(|end| self.is_readable(*end));
        let reads = reads.map(move |end| Step::Read(s, end));
        judge.then_some(Step::Judge(s)).into_iter().chain(reads)
    }

    /// Whether there is something to read at this end, if only the end of the stream.
    fn is_readable(&self, end: usize) -> bool {
        !self.inbound[end].is_empty() || self.ends[1 - end] == End::Closed
    }

    /// Which end of it this process holds.
    pub(super) fn end_of(&self, id: &PeerId, processes: &[Process]) -> usize {
        usize::from(processes[self.owners[DIALER]].id != *id)
    }
}
