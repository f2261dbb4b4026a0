//! Accepting connections.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use super::core::Core;
use crate::driver::{ByteStream, Greeted, UnixTransport, await_greeting, refuse};
use crate::link::Admission;
use crate::wire::GoodbyeReason;

/// How many connections may be saying hello at once; further ones wait in the backlog.
const HANDSHAKES: usize = 64;

/// How long accepting pauses when the system is out of something, such as file descriptors.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Accepts until the endpoint closes.
pub(super) async fn listen(core: Arc<Core>, listener: UnixListener) {
    let accept = accept_all(&core, &listener);
    core.closing.run_until_cancelled(accept).await;
}

async fn accept_all(core: &Arc<Core>, listener: &UnixListener) {
    let handshakes = Arc::new(Semaphore::new(HANDSHAKES));
    let mut pause = FIRST_PAUSE;
    loop {
        let Ok(permit) = handshakes.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                pause = FIRST_PAUSE;
                let handshake = welcome(core.clone(), stream);
                core.spawn(async move {
                    handshake.await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(endpoint = %core.name, %error, ?pause, "accepting failed");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Admits a connection, or refuses it.
async fn welcome(core: Arc<Core>, stream: UnixStream) {
    let opened = check_user(&core, &stream).and_then(|()| UnixTransport::new(stream));
    let mut stream = match opened {
        Ok(stream) => stream,
        Err(error) => {
            tracing::warn!(endpoint = %core.name, %error, "a connection is refused");
            return;
        }
    };
    let greet = await_greeting(&mut stream, core.options.handshake_timeout);
    match core.closing.run_until_cancelled(greet).await {
        Some(Ok(greeted)) => admit(&core, stream, greeted).await,
        Some(Err(error)) => {
            tracing::warn!(endpoint = %core.name, %error, "a connection came to nothing");
        }
        None => {}
    }
}

fn check_user(core: &Core, stream: &UnixStream) -> io::Result<()> {
    let uid = stream.peer_cred()?.uid();
    if core.options.allows(uid) {
        return Ok(());
    }
    let message = format!("user {uid} is not allowed to connect");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

async fn admit<S: ByteStream>(core: &Arc<Core>, mut stream: S, greeted: Greeted) {
    let (reason, message) = {
        let mut registry = core.registry();
        let peer = greeted.greeting.peer.clone();
        registry.forget_if_gone(&peer.name);
        let id = registry.next_link();
        let admission = match registry.stopped {
            true => Admission::Refuse(GoodbyeReason::Shutdown, "shutting down".to_owned()),
            false => registry.meeting.admit(&peer, id),
        };
        match admission {
            Admission::Admit => {
                let driver = core.link(&mut registry, id, stream, greeted, Some(core.hello()));
                drop(registry);
                core.spawn(driver);
                return;
            }
            Admission::Refuse(reason, message) => (reason, message),
        }
    };
    let peer = &greeted.greeting.peer.name;
    tracing::debug!(endpoint = %core.name, peer, ?reason, message, "a connection is refused");
    refuse(
        &mut stream,
        reason,
        &message,
        core.options.handshake_timeout,
    )
    .await;
}
