//! Connecting to an endpoint, which may not be there yet, or may be connecting to us.

use std::collections::hash_map::Entry;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::{Instant, timeout_at};

use super::core::{Core, Dialled, random};
use super::directory::{Place, check};
use crate::driver::{
    ByteStream, Connection, Greeted, Refused, UnixTransport, await_greeting, now, refuse,
    send_hello,
};
use crate::error::Rejection;
use crate::wire::GoodbyeReason;
use crate::{ConnectionConfig, Error, Result};

const FIRST_BACKOFF: Duration = Duration::from_millis(2);
const LONGEST_BACKOFF: Duration = Duration::from_millis(250);

/// Why an attempt gave no link.
enum Missed {
    /// It may work later: the endpoint is not there yet, or connects to us.
    ForNow {
        why: String,
        rejection: Option<Rejection>,
    },
    ForGood(Error),
}

impl Missed {
    fn for_now(why: impl ToString) -> Self {
        Self::ForNow {
            why: why.to_string(),
            rejection: None,
        }
    }
}

impl Core {
    /// Resolves once events can flow.
    pub(super) async fn connect(self: &Arc<Self>, config: &ConnectionConfig) -> Result<()> {
        let dial = self.dial(config)?;
        dial.run().await
    }

    /// Checks what can be checked at once, and claims the name for this attempt.
    pub(super) fn dial(self: &Arc<Self>, config: &ConnectionConfig) -> Result<Dial> {
        self.check_running()?;
        let place = Place::of(config, self.options.directory.as_deref())?;
        if place.name == self.me.name {
            return Err(rejected(&place.name, Rejection::Itself));
        }
        let mut registry = self.registry();
        registry.forget_if_gone(&place.name);
        match registry.dialled.entry(place.name.clone()) {
            Entry::Occupied(_) => return Err(rejected(&place.name, Rejection::AlreadyConnected)),
            Entry::Vacant(entry) => entry.insert(Dialled::Dialling),
        };
        drop(registry);
        Ok(Dial {
            core: self.clone(),
            place,
        })
    }
}

/// An attempt to connect, from the first try to the link. Dropped before, it gives the name back.
pub(super) struct Dial {
    core: Arc<Core>,
    place: Place,
}

impl Drop for Dial {
    fn drop(&mut self) {
        let mut registry = self.core.registry();
        if registry.dialled.get(&self.place.name) == Some(&Dialled::Dialling) {
            registry.dialled.remove(&self.place.name);
        }
    }
}

impl Dial {
    pub(super) async fn run(self) -> Result<()> {
        let within = self.core.options.connect_timeout;
        let deadline = Instant::now() + within;
        let closing = self.core.closing.clone();
        let tries = closing.run_until_cancelled(self.until_linked(deadline));
        match tries.await {
            Some(Ok(())) => {
                self.keep();
                Ok(())
            }
            Some(Err(Missed::ForGood(error))) => Err(error),
            Some(Err(Missed::ForNow { why, rejection })) => {
                Err(self.gave_up(within, &why, rejection))
            }
            None => Err(self.core.stopped()),
        }
    }

    /// The name stays ours for as long as the link lives.
    fn keep(&self) {
        let mut registry = self.core.registry();
        if registry.connection(&self.place.name).is_some() {
            registry
                .dialled
                .insert(self.place.name.clone(), Dialled::Linked);
        }
    }

    async fn until_linked(&self, deadline: Instant) -> Result<(), Missed> {
        let mut backoff = FIRST_BACKOFF;
        let mut missed = Missed::for_now("it does not answer");
        loop {
            if self.use_link(deadline).await {
                return Ok(());
            }
            match timeout_at(deadline, self.attempt()).await {
                Ok(Ok(())) => continue,
                Ok(Err(for_good @ Missed::ForGood(_))) => return Err(for_good),
                Ok(Err(for_now)) => missed = for_now,
                // What was said to an earlier try says more than silence at the deadline.
                Err(_) => {}
            }
            if Instant::now() >= deadline {
                return Err(missed);
            }
            self.pause(backoff, deadline).await;
            backoff = (backoff * 2).min(LONGEST_BACKOFF);
        }
    }

    /// Waits for the link that there is to become ready; false if there is none, or not any more.
    async fn use_link(&self, deadline: Instant) -> bool {
        let name = &self.place.name;
        let Some(connection) = self.core.registry().connection(name).cloned() else {
            return false;
        };
        let settled = self
            .core
            .until(|| connection.is_open() || connection.is_over());
        let in_time = timeout_at(deadline, settled).await.is_ok();
        in_time && connection.is_open()
    }

    /// Waits before the next try; less if the peer's own connect gives a link meanwhile.
    async fn pause(&self, backoff: Duration, deadline: Instant) {
        // Between half and all of it, so that those who lost the same peer do not return together.
        let jittered = backoff / 2 + backoff.mul_f64(random() as f64 / u64::MAX as f64) / 2;
        let until = deadline.min(Instant::now() + jittered);
        let linked = self
            .core
            .until(|| self.core.registry().connection(&self.place.name).is_some());
        // Either way it is time to try again.
        let _ = timeout_at(until, linked).await;
    }

    /// One try: a stream, our hello, the peer's.
    async fn attempt(&self) -> Result<(), Missed> {
        let mut stream = self.open().await?;
        let Some(greeting) = Greeting::begin(&self.core, &self.place.name) else {
            return Err(Missed::for_now("another connection is coming about"));
        };
        let said = send_hello(&mut stream, self.core.hello()).await;
        said.map_err(Missed::for_now)?;
        let handshake = self.core.options.handshake_timeout;
        let greeted = await_greeting(&mut stream, handshake).await;
        let greeted = greeted.map_err(|refused| self.missed(refused))?;
        let answered = &greeted.greeting.peer.name;
        if *answered != self.place.name {
            let other = rejected(&self.place.name, Rejection::OtherName(answered.clone()));
            let message = other.to_string();
            refuse(
                &mut stream,
                GoodbyeReason::ProtocolError,
                &message,
                handshake,
            )
            .await;
            return Err(Missed::ForGood(other));
        }
        greeting.answered(stream, greeted)
    }

    async fn open(&self) -> Result<UnixTransport, Missed> {
        let Place {
            directory,
            socket,
            name,
            ..
        } = &self.place;
        if directory.exists() {
            check(directory).map_err(Missed::ForGood)?;
        }
        let stream = UnixStream::connect(socket).await;
        let stream = UnixTransport::new(stream.map_err(|error| unreachable_now(socket, error))?);
        let uid = stream.peer_uid().map_err(Missed::for_now)?;
        if !self.core.options.allows(uid) {
            let foreign = rejected(name, Rejection::ForeignUser { uid });
            return Err(Missed::ForGood(foreign));
        }
        Ok(stream)
    }

    fn missed(&self, refused: Refused) -> Missed {
        let why = refused.to_string();
        let name = &self.place.name;
        let for_now = |rejection| Missed::ForNow {
            why: why.clone(),
            rejection: Some(rejection),
        };
        let for_good = |rejection| Missed::ForGood(rejected(name, rejection));
        match refused {
            Refused::Goodbye(GoodbyeReason::Duplicate, message) => {
                for_now(Rejection::Duplicate(message))
            }
            Refused::Goodbye(GoodbyeReason::NameTaken, message) => {
                for_now(Rejection::NameTaken(message))
            }
            Refused::Goodbye(GoodbyeReason::UnsupportedVersion, message) => {
                for_good(Rejection::UnsupportedVersion(message))
            }
            Refused::Goodbye(GoodbyeReason::Shutdown, _)
            | Refused::Ended
            | Refused::TimedOut(_)
            | Refused::Io(_) => Missed::for_now(why),
            Refused::Goodbye(..) | Refused::Violation(_) => for_good(Rejection::Protocol(why)),
        }
    }

    fn gave_up(&self, after: Duration, why: &str, rejection: Option<Rejection>) -> Error {
        if let Some(rejection) = rejection {
            return rejected(&self.place.name, rejection);
        }
        let (name, socket) = (&self.place.name, self.place.socket.display());
        Error::DeadlineExceeded {
            what: format!("connecting to {name} at {socket} ({why})"),
            after,
        }
    }
}

/// Our hello under way, which the meeting knows of.
struct Greeting<'a> {
    core: &'a Arc<Core>,
    name: &'a str,
    answered: bool,
}

impl<'a> Greeting<'a> {
    fn begin(core: &'a Arc<Core>, name: &'a str) -> Option<Self> {
        let answered = false;
        let may = core.registry().meeting.may_greet(name);
        may.then_some(Self {
            core,
            name,
            answered,
        })
    }

    /// The peer said hello: the stream is the link.
    fn answered(mut self, stream: UnixTransport, greeted: Greeted) -> Result<(), Missed> {
        self.answered = true;
        let mut registry = self.core.registry();
        if registry.stopped {
            registry.meeting.attempt_over(self.name);
            return Err(Missed::ForGood(self.core.stopped()));
        }
        if (stream.hang_up_probe())() {
            // A dead instance's hello must not displace the link of the one that came after it.
            registry.meeting.attempt_over(self.name);
            return Err(Missed::for_now("it ended as it answered"));
        }
        let id = registry.next_link();
        let replaced = registry.meeting.answered(&greeted.greeting.peer, id);
        if let Some(replaced) = replaced.and_then(|old| registry.links.get(&old)) {
            replace(replaced);
        }
        let driver = self.core.link(&mut registry, id, stream, greeted, None);
        drop(registry);
        self.core.spawn(driver);
        Ok(())
    }
}

impl Drop for Greeting<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.core.registry().meeting.attempt_over(self.name);
        }
    }
}

fn replace(connection: &Connection) {
    let message = "the connection that this side opened is kept";
    connection.with(|link| link.say_goodbye(now(), GoodbyeReason::Duplicate, message));
}

fn rejected(endpoint: &str, rejection: Rejection) -> Error {
    Error::ConnectionRejected {
        endpoint: endpoint.to_owned(),
        rejection,
    }
}

/// Sorts what comes of connecting: nobody listens yet, or never will.
fn unreachable_now(socket: &std::path::Path, error: io::Error) -> Missed {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset, NotFound, WouldBlock};
    match error.kind() {
        NotFound | ConnectionRefused | ConnectionReset | WouldBlock => Missed::for_now(error),
        _ => Missed::ForGood(Error::io(format!("connecting to {}", socket.display()))(
            error,
        )),
    }
}
