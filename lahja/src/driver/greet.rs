//! The first frames of a connection, before there is a link.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::ByteStream;
use crate::link::handshake::{Greeting, NoGreeting, goodbye, read_hello};
use crate::wire::codec::{decode_next, put_frame};
use crate::wire::{Frame, FrameBody, GoodbyeReason, Hello, MAX_FRAME_LEN_BEFORE_HELLO, WireError};

/// A peer's hello, and what came behind it.
pub(crate) struct Greeted {
    pub(crate) greeting: Greeting,
    pub(crate) received: BytesMut,
}

/// Why there will be no link on this stream.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the peer refused ({0:?}): {1}")]
    Goodbye(GoodbyeReason, String),
    #[error("the peer broke the protocol: {0}")]
    Violation(String),
    #[error("the stream ended before the peer said hello")]
    Ended,
    #[error("no hello within {0:?}")]
    TimedOut(Duration),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Says hello.
pub(crate) async fn send_hello(stream: &mut impl ByteStream, hello: Hello) -> io::Result<()> {
    let body = Some(FrameBody::Hello(hello));
    send(stream, &Frame { body }).await
}

/// Waits for the peer's hello, up to `within` for all of it. A peer that says anything else is
/// told what is wrong.
pub(crate) async fn await_greeting(
    stream: &mut impl ByteStream,
    within: Duration,
) -> Result<Greeted, Refused> {
    let read = tokio::time::timeout(within, read_greeting(stream)).await;
    let (refusal, violation) = match read {
        Ok(Ok(greeted)) => return Ok(greeted),
        Ok(Err(refused)) => refused,
        Err(_) => (Refused::TimedOut(within), None),
    };
    if let Some((reason, message)) = violation {
        refuse(stream, reason, &message, within).await;
    }
    Err(refusal)
}

/// Says goodbye to a peer that is not admitted, and gives it the time to read that.
pub(crate) async fn refuse(
    stream: &mut impl ByteStream,
    reason: GoodbyeReason,
    message: &str,
    within: Duration,
) {
    let said = async {
        send(stream, &goodbye(reason, message)).await?;
        stream.shutdown().await?;
        // Closing with unread data would reset the stream, and the peer might miss the reason.
        let mut rest = [0; 512];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    match tokio::time::timeout(within, said).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a refused peer did not wait for the reason"),
        Err(_) => tracing::debug!("a refused peer did not close in time"),
    }
}

type Wrong = (Refused, Option<(GoodbyeReason, String)>);

async fn read_greeting(stream: &mut impl ByteStream) -> Result<Greeted, Wrong> {
    let mut received = BytesMut::new();
    let frame = read_frame(stream, &mut received).await?;
    match read_hello(&frame) {
        Ok(greeting) => Ok(Greeted { greeting, received }),
        Err(NoGreeting::Goodbye(reason, message)) => Err((Refused::Goodbye(reason, message), None)),
        Err(NoGreeting::Violation(violation)) => Err((
            Refused::Violation(violation.message.clone()),
            Some((violation.reason, violation.message)),
        )),
    }
}

/// Reads one frame; a frame without a body that this version knows is none.
async fn read_frame(stream: &mut impl ByteStream, received: &mut BytesMut) -> Result<Frame, Wrong> {
    loop {
        match decode_next(received, MAX_FRAME_LEN_BEFORE_HELLO) {
            Ok(Some(frame)) if frame.body.is_some() => return Ok(frame),
            Ok(Some(_)) => continue,
            Ok(None) => {}
            Err(error) => return Err(malformed(&error)),
        }
        match stream.read_buf(received).await {
            Ok(0) => return Err((Refused::Ended, None)),
            Ok(_) => {}
            Err(error) => return Err((Refused::Io(error), None)),
        }
    }
}

fn malformed(error: &WireError) -> Wrong {
    let message = error.to_string();
    (
        Refused::Violation(message.clone()),
        Some((error.reason(), message)),
    )
}

async fn send(stream: &mut impl ByteStream, frame: &Frame) -> io::Result<()> {
    let mut bytes = BytesMut::new();
    put_frame(frame, &mut bytes);
    stream.write_all(&bytes).await
}
