//! One try to connect: a stream, our hello, the peer's.

use std::sync::Arc;

use tokio::net::UnixStream;

use super::missed::Missed;
use super::{Dial, rejected};
use crate::driver::{
    ByteStream, Connection, Greeted, UnixTransport, await_greeting, now, refuse, send_hello,
};
use crate::endpoint::core::Core;
use crate::endpoint::directory::{Place, check};
use crate::error::Rejection;
use crate::wire::GoodbyeReason;

impl Dial {
    /// One try: a stream, our hello, the peer's.
    pub(super) async fn attempt(&self) -> Result<(), Missed> {
        let mut stream = self.open().await?;
        let Some(greeting) = Greeting::begin(&self.core, &self.place.name) else {
            return Err(Missed::for_now("another connection is coming about"));
        };
        let said = send_hello(&mut stream, self.core.hello()).await;
        said.map_err(Missed::for_now)?;
        let handshake = self.core.options.handshake_timeout;
        let greeted = await_greeting(&mut stream, handshake).await;
        let greeted = greeted.map_err(|refused| Missed::refused(&self.place.name, refused))?;
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
            let trusted = |owner| self.core.options.allows(owner);
            check(directory, trusted).map_err(Missed::ForGood)?;
        }
        let stream = UnixStream::connect(socket).await;
        let stream = stream.map_err(|error| Missed::unreachable(socket, error))?;
        let uid = stream.peer_cred().map_err(Missed::for_now)?.uid();
        if !self.core.options.allows(uid) {
            let foreign = rejected(name, Rejection::ForeignUser { uid });
            return Err(Missed::ForGood(foreign));
        }
        UnixTransport::new(stream).map_err(Missed::for_now)
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
        if stream.handle().has_hung_up() {
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
