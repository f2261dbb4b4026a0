//! The processes, and the streams between them.

use std::collections::VecDeque;

use crate::link::{Meeting, PeerId};
use crate::wire::{Frame, GoodbyeReason};

/// What goes wrong, once, at whatever moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fault {
    None,
    /// The process dies.
    Death(usize),
    /// It dies, and starts again as another instance.
    Restart(usize),
    /// Whoever waits for its first attempt no longer does.
    Cancel(usize),
    /// It begins to listen late.
    LateListener(usize),
}

/// One call of `connect_to`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Attempt {
    /// Backs off, or waits for a listener.
    Dialing,
    /// The stream is open, nothing is said.
    Open(usize),
    /// `Hello` is sent.
    Greeted(usize),
    /// There is a link, or was one when it was looked for: it may become ready.
    Waiting,
    Connected,
    Cancelled,
    /// The connect deadline passed.
    GivenUp,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Message {
    Hello(PeerId),
    Goodbye(GoodbyeReason),
    /// The whole set of subscriptions.
    Subscriptions,
}

/// The ends of a stream.
pub(super) const DIALER: usize = 0;
pub(super) const ACCEPTOR: usize = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Open,
    Linked { ready: bool },
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stream {
    /// The process at each end; the first one dialed.
    pub(super) owners: [usize; 2],
    pub(super) ends: [End; 2],
    /// What is under way to each end.
    pub(super) inbound: [VecDeque<Message>; 2],
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Process {
    pub(super) id: PeerId,
    /// Whom it connects to.
    pub(super) peer: &'static str,
    pub(super) lives: bool,
    pub(super) listens: bool,
    pub(super) meeting: Meeting,
    pub(super) attempts: Vec<Attempt>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) processes: Vec<Process>,
    /// A link's ID is the index of its stream.
    pub(super) streams: Vec<Option<Stream>>,
    pub(super) fault_is_over: bool,
    /// The acceptor drops a link whose peer has hung up before it judges a `Hello`.
    pub(super) acceptor_looks: bool,
    /// The connector takes no `Hello` from a peer that has hung up.
    pub(super) connector_looks: bool,
}

impl Process {
    fn new(name: &str, instance: u64, peer: &'static str) -> Self {
        Self {
            id: PeerId {
                name: name.to_owned(),
                instance,
            },
            peer,
            lives: true,
            listens: true,
            meeting: Meeting::new(name),
            attempts: vec![Attempt::Dialing],
        }
    }

    /// The stream of its link to its peer.
    pub(super) fn link(&self) -> Option<usize> {
        let id = self.meeting.link(self.peer)?;
        usize::try_from(id).ok()
    }

    pub(super) fn has_greeted(&self) -> bool {
        let mut meeting = self.meeting.clone();
        if let Some(id) = meeting.link(self.peer) {
            meeting.closed(self.peer, id);
        }
        !meeting.may_greet(self.peer)
    }
}

impl World {
    /// `a` and `b`, which connect to each other.
    pub(super) fn two() -> Self {
        Self {
            processes: vec![Process::new("a", 1, "b"), Process::new("b", 2, "a")],
            streams: Vec::new(),
            fault_is_over: false,
            acceptor_looks: true,
            connector_looks: true,
        }
    }

    /// A third process under the name of another, which connects and does not listen.
    pub(super) fn add_namesake_of(&mut self, of: usize) {
        let original = &self.processes[of];
        let mut namesake = Process::new(&original.id.name, 9, original.peer);
        namesake.listens = false;
        self.processes.push(namesake);
    }

    pub(super) fn stream(&self, at: usize) -> &Stream {
        self.streams[at].as_ref().expect("the stream is in use")
    }

    pub(super) fn stream_mut(&mut self, at: usize) -> &mut Stream {
        self.streams[at].as_mut().expect("the stream is in use")
    }

    /// Who listens under this name.
    pub(super) fn listener(&self, name: &str) -> Option<usize> {
        let listens = |p: &Process| p.lives && p.listens && p.id.name == name;
        self.processes.iter().position(listens)
    }

    /// A stream that both ends hold for their link.
    pub(super) fn shared_link(&self) -> Option<usize> {
        let link = self.processes[0].link()?;
        let theirs = self.processes[1].link()?;
        let linked = |end: &End| matches!(end, End::Linked { .. });
        (link == theirs && self.stream(link).ends.iter().all(linked)).then_some(link)
    }

    pub(super) fn someone_was_told_that_its_name_is_taken(&self) -> bool {
        let taken = Message::Goodbye(GoodbyeReason::NameTaken);
        let mut messages = self.streams.iter().flatten().flat_map(|s| &s.inbound[0]);
        messages.any(|message| *message == taken)
    }

    /// What must hold once nothing can happen any more.
    pub(super) fn check_end(&self) -> Result<(), String> {
        for process in self.processes.iter().filter(|process| process.lives) {
            if process.has_greeted() {
                return Err(format!(
                    "{} believes that its hello is open",
                    process.id.name
                ));
            }
            if !process.attempts.iter().all(Attempt::is_over) {
                return Err(format!("an attempt of {} hangs", process.id.name));
            }
        }
        match (self.processes[0].lives, self.processes[1].lives) {
            (true, true) => self.check_one_link(),
            _ => self.check_no_link(),
        }
    }

    fn check_one_link(&self) -> Result<(), String> {
        let open = self.streams.iter().flatten().collect::<Vec<_>>();
        let ready = [End::Linked { ready: true }; 2];
        match (open.as_slice(), self.processes[0].link()) {
            ([stream], Some(link)) if stream.ends == ready => self.check_agreed(stream, link),
            _ => Err("there is not exactly one link, ready at both ends".to_owned()),
        }
    }

    fn check_agreed(&self, stream: &Stream, link: usize) -> Result<(), String> {
        for (index, process) in self.processes.iter().enumerate() {
            let expected = stream.owners.contains(&index).then_some(link);
            if process.link() != expected {
                return Err(format!("{} believes in another link", process.id.name));
            }
        }
        Ok(())
    }

    fn check_no_link(&self) -> Result<(), String> {
        let mut living = self.processes.iter().filter(|process| process.lives);
        if living.any(|process| process.link().is_some())
            || self.streams.iter().any(Option::is_some)
        {
            return Err("a link to the dead is left".to_owned());
        }
        Ok(())
    }
}

impl Attempt {
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Connected | Self::Cancelled | Self::GivenUp)
    }
}

impl Message {
    /// As it travels before there is a link.
    pub(super) fn frame(&self) -> Frame {
        use crate::link::handshake;
        match self {
            Self::Hello(id) => Frame {
                body: Some(crate::wire::FrameBody::Hello(handshake::hello(id, 1 << 24))),
            },
            Self::Goodbye(reason) => handshake::goodbye(*reason, ""),
            Self::Subscriptions => Frame {
                body: Some(crate::wire::FrameBody::Subscriptions(Default::default())),
            },
        }
    }
}
