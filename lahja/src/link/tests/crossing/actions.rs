//! What connectors, acceptors and links do, and the fault.

use std::collections::VecDeque;

use super::steps::Step;
use super::world::{ACCEPTOR, Attempt, DIALER, End, Message, Stream, World};
use crate::link::handshake::{Greeting, read_hello};
use crate::link::{Admission, Meeting, PeerId};
use crate::wire::GoodbyeReason;

impl World {
    pub(super) fn after(&self, step: Step) -> Self {
        let mut next = self.clone();
        next.apply(step);
        next.forget_closed_streams();
        next
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Dial(p, i) => self.dial(p, i),
            Step::Greet(p, i) => self.greet(p, i),
            Step::Hear(p, i) => self.hear(p, i),
            Step::Look(p, i) => self.processes[p].attempts[i] = self.look(p),
            Step::GiveUp(p, i) => self.abandon(p, i, Attempt::GivenUp),
            Step::Judge(s) => self.judge(s),
            Step::Read(s, end) => self.read(s, end),
            Step::Die(p) => self.die(p),
            Step::Revive(p) => self.revive(p),
            Step::Cancel(p) => {
                self.fault_is_over = true;
                self.abandon(p, 0, Attempt::Cancelled);
            }
            Step::Listen(p) => {
                self.fault_is_over = true;
                self.processes[p].listens = true;
            }
        }
    }

    fn dial(&mut self, p: usize, i: usize) {
        let process = &self.processes[p];
        let listener = self.listener(process.peer);
        let attempt = match (process.link(), listener) {
            (None, Some(listener)) => Attempt::Open(self.open([p, listener])),
            _ => Attempt::Waiting,
        };
        self.processes[p].attempts[i] = attempt;
    }

    fn open(&mut self, owners: [usize; 2]) -> usize {
        let stream = Some(Stream {
            owners,
            ends: [End::Open; 2],
            inbound: [VecDeque::new(), VecDeque::new()],
        });
        if let Some(free) = self.streams.iter().position(Option::is_none) {
            self.streams[free] = stream;
            return free;
        }
        self.streams.push(stream);
        self.streams.len() - 1
    }

    fn greet(&mut self, p: usize, i: usize) {
        let Attempt::Open(s) = self.processes[p].attempts[i] else {
            return;
        };
        let process = &mut self.processes[p];
        let may_greet = process.meeting.may_greet(process.peer);
        let hello = Message::Hello(process.id.clone());
        self.processes[p].attempts[i] = if may_greet {
            self.send(s, DIALER, hello);
            Attempt::Greeted(s)
        } else {
            self.close(s, DIALER);
            Attempt::Waiting
        };
    }

    fn hear(&mut self, p: usize, i: usize) {
        let Attempt::Greeted(s) = self.processes[p].attempts[i] else {
            return;
        };
        let has_hung_up = self.connector_looks && self.stream(s).ends[ACCEPTOR] == End::Closed;
        let answer = self.stream_mut(s).inbound[DIALER].pop_front();
        let greeting = answer.and_then(|message| read_hello(&message.frame()).ok());
        self.processes[p].attempts[i] = match greeting {
            Some(Greeting { peer, .. }) if !has_hung_up => self.use_answered(p, s, &peer),
            _ => self.attempt_failed(p, s),
        };
    }

    fn use_answered(&mut self, p: usize, s: usize, peer: &PeerId) -> Attempt {
        if let Some(old) = self.processes[p].meeting.answered(peer, s as u64) {
            let old = old as usize;
            let end = self
                .stream(old)
                .end_of(&self.processes[p].id, &self.processes);
            self.send(old, end, Message::Goodbye(GoodbyeReason::Duplicate));
            self.close(old, end);
        }
        self.stream_mut(s).ends[DIALER] = End::Linked { ready: false };
        self.send(s, DIALER, Message::Subscriptions);
        Attempt::Waiting
    }

    fn attempt_failed(&mut self, p: usize, s: usize) -> Attempt {
        let process = &mut self.processes[p];
        process.meeting.attempt_over(process.peer);
        self.close(s, DIALER);
        self.look(p)
    }

    /// What is left to a connector whose attempt has no stream.
    fn look(&self, p: usize) -> Attempt {
        let process = &self.processes[p];
        match process.link() {
            None => Attempt::Dialing,
            Some(_) if self.is_getting_ready(process) => Attempt::Waiting,
            Some(_) => Attempt::Connected,
        }
    }

    fn judge(&mut self, s: usize) {
        let p = self.stream(s).owners[ACCEPTOR];
        let hello = self.stream_mut(s).inbound[ACCEPTOR].pop_front();
        let Some(Ok(Greeting { peer, .. })) = hello.map(|hello| read_hello(&hello.frame())) else {
            return self.close(s, ACCEPTOR);
        };
        self.drop_link_that_hung_up(p, &peer);
        match self.processes[p].meeting.admit(&peer, s as u64) {
            Admission::Admit => {
                let hello = Message::Hello(self.processes[p].id.clone());
                self.stream_mut(s).ends[ACCEPTOR] = End::Linked { ready: false };
                self.send(s, ACCEPTOR, hello);
                self.send(s, ACCEPTOR, Message::Subscriptions);
            }
            Admission::Refuse(reason, _) => {
                self.send(s, ACCEPTOR, Message::Goodbye(reason));
                self.close(s, ACCEPTOR);
            }
        }
    }

    fn drop_link_that_hung_up(&mut self, p: usize, peer: &PeerId) {
        let meeting = &self.processes[p].meeting;
        let Some(link) = meeting.link(&peer.name).filter(|_| self.acceptor_looks) else {
            return;
        };
        let s = link as usize;
        let end = self
            .stream(s)
            .end_of(&self.processes[p].id, &self.processes);
        if self.stream(s).ends[1 - end] == End::Closed {
            self.end_link(s, end);
        }
    }

    fn read(&mut self, s: usize, end: usize) {
        match self.stream_mut(s).inbound[end].pop_front() {
            Some(Message::Subscriptions) => {
                self.stream_mut(s).ends[end] = End::Linked { ready: true };
            }
            Some(_) | None => self.end_link(s, end),
        }
    }

    fn end_link(&mut self, s: usize, end: usize) {
        let [p, peer] = [end, 1 - end].map(|end| self.stream(s).owners[end]);
        let name = self.processes[peer].id.name.clone();
        self.processes[p].meeting.closed(&name, s as u64);
        self.close(s, end);
    }

    fn die(&mut self, p: usize) {
        self.fault_is_over = true;
        self.processes[p].lives = false;
        for s in 0..self.streams.len() {
            for end in [DIALER, ACCEPTOR] {
                if self.streams[s]
                    .as_ref()
                    .is_some_and(|it| it.owners[end] == p)
                {
                    self.close(s, end);
                }
            }
        }
        let process = &mut self.processes[p];
        process.meeting = Meeting::new(&process.id.name);
        process.attempts.fill(Attempt::Dialing);
    }

    fn revive(&mut self, p: usize) {
        let process = &mut self.processes[p];
        process.lives = true;
        process.id.instance += 10;
    }

    /// Nobody waits for this attempt any more.
    fn abandon(&mut self, p: usize, i: usize, end: Attempt) {
        let process = &mut self.processes[p];
        if process.attempts[i].is_over() {
            return;
        }
        match std::mem::replace(&mut process.attempts[i], end) {
            Attempt::Open(s) => self.close(s, DIALER),
            Attempt::Greeted(s) => {
                process.meeting.attempt_over(process.peer);
                self.close(s, DIALER);
            }
            _ => {}
        }
    }

    fn send(&mut self, s: usize, from: usize, message: Message) {
        let stream = self.stream_mut(s);
        if stream.ends[1 - from] != End::Closed {
            stream.inbound[1 - from].push_back(message);
        }
    }

    fn close(&mut self, s: usize, end: usize) {
        let stream = self.stream_mut(s);
        stream.ends[end] = End::Closed;
        stream.inbound[end].clear();
    }

    fn forget_closed_streams(&mut self) {
        let is_over = |stream: &mut Stream| stream.ends == [End::Closed; 2];
        for stream in &mut self.streams {
            stream.take_if(is_over);
        }
        while self.streams.last().is_some_and(Option::is_none) {
            self.streams.pop();
        }
    }
}
