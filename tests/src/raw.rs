//! A peer that says what it likes: frames and bytes on a bare socket.

use std::path::Path;

use futures::{SinkExt, StreamExt};
use lahja::Event;
use lahja::wire::{
    Broadcast, EventType, Frame, FrameBody, FrameCodec, Goodbye, GoodbyeReason, Hello,
    Subscriptions, SubscriptionsAck,
};
use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};
use tokio_util::codec::Framed;

use crate::within;

/// One side of a connection, spoken by hand.
#[derive(Debug)]
pub struct RawPeer {
    framed: Framed<UnixStream, FrameCodec>,
}

impl RawPeer {
    /// Speaks on this stream.
    #[must_use]
    pub fn on(stream: UnixStream) -> Self {
        let mut codec = FrameCodec::new();
        codec.set_max_recv_len(u32::MAX as usize);
        codec.set_max_send_len(u32::MAX as usize);
        Self {
            framed: Framed::new(stream, codec),
        }
    }

    /// Connects, and says nothing yet.
    ///
    /// # Panics
    ///
    /// If nobody listens there.
    pub async fn connect(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).await;
        Self::on(stream.expect("somebody listens"))
    }

    /// Waits for the next connection.
    ///
    /// # Panics
    ///
    /// If none comes within 20 s.
    pub async fn accept(listener: &UnixListener) -> Self {
        let accepted = within("a connection", listener.accept()).await;
        Self::on(accepted.expect("a connection").0)
    }

    /// Connects and goes through the opening, wanting nothing.
    ///
    /// # Panics
    ///
    /// If it is not admitted.
    pub async fn open(socket: &Path, name: &str) -> Self {
        Self::open_wanting(socket, name, Vec::new()).await
    }

    /// Connects and goes through the opening, subscribing to these types.
    ///
    /// # Panics
    ///
    /// If it is not admitted.
    pub async fn open_wanting(socket: &Path, name: &str, types: Vec<EventType>) -> Self {
        let mut peer = Self::connect(socket).await;
        peer.send(FrameBody::Hello(hello(name))).await;
        peer.send(FrameBody::Subscriptions(subscriptions(1, types)))
            .await;
        let hello = peer.next().await;
        assert!(
            matches!(hello, Some(FrameBody::Hello(_))),
            "not admitted: {hello:?}"
        );
        peer.until(|body| matches!(body, FrameBody::SubscriptionsAck(_)))
            .await;
        peer
    }

    /// Sends a frame.
    ///
    /// # Panics
    ///
    /// If the other side does not take it.
    pub async fn send(&mut self, body: FrameBody) {
        let sent = within(
            "sending a frame",
            self.framed.send(Frame { body: Some(body) }),
        )
        .await;
        sent.expect("the other side reads");
    }

    /// Sends bytes. The other side may close before it has read them.
    ///
    /// # Panics
    ///
    /// If it neither reads nor closes.
    pub async fn write(&mut self, bytes: &[u8]) {
        let written = within("writing", self.framed.get_mut().write_all(bytes)).await;
        // What the other side makes of it shows in what it says.
        drop(written);
    }

    /// The next frame's body, other than `None`; `None` at the end of the stream.
    ///
    /// # Panics
    ///
    /// If neither comes within 20 s.
    pub async fn next(&mut self) -> Option<FrameBody> {
        loop {
            let frame = within("a frame", self.framed.next()).await;
            match frame.transpose() {
                Ok(Some(Frame { body: None })) => {}
                Ok(frame) => return frame.and_then(|frame| frame.body),
                Err(error) => panic!("the endpoint under test sent nonsense: {error}"),
            }
        }
    }

    /// The next frame's body that is as `wanted`; others are passed over.
    ///
    /// # Panics
    ///
    /// If the stream ends before.
    pub async fn until(&mut self, wanted: impl Fn(&FrameBody) -> bool) -> FrameBody {
        let mut passed = Vec::new();
        while let Some(body) = self.next().await {
            if wanted(&body) {
                return body;
            }
            passed.push(body);
        }
        panic!("the stream ended after {passed:?}");
    }

    /// The next answer, event or request.
    ///
    /// # Panics
    ///
    /// If the stream ends before.
    pub async fn broadcast(&mut self) -> Broadcast {
        match self
            .until(|body| matches!(body, FrameBody::Broadcast(_)))
            .await
        {
            FrameBody::Broadcast(broadcast) => broadcast,
            other => panic!("no broadcast: {other:?}"),
        }
    }

    /// Expects a `Goodbye` for this reason, with a text for people, and then the end of the
    /// stream once this side has closed as well.
    ///
    /// # Panics
    ///
    /// If anything else comes of it.
    pub async fn expect_goodbye(&mut self, reason: GoodbyeReason) -> Goodbye {
        let body = self
            .until(|body| matches!(body, FrameBody::Goodbye(_)))
            .await;
        let FrameBody::Goodbye(goodbye) = body else {
            panic!("no goodbye: {body:?}");
        };
        assert_eq!(goodbye.reason(), reason, "{}", goodbye.message);
        assert!(!goodbye.message.is_empty(), "{reason:?} without a word");
        self.hang_up().await;
        self.expect_end().await;
        goodbye
    }

    /// Says nothing more.
    pub async fn hang_up(&mut self) {
        // The other side may be gone, which comes to the same.
        let _ = self.framed.get_mut().shutdown().await;
    }

    /// Expects the end of the stream, with nothing before it.
    ///
    /// # Panics
    ///
    /// If anything else comes.
    pub async fn expect_end(&mut self) {
        let frame = within("the end of the stream", self.framed.next()).await;
        assert!(!matches!(frame, Some(Ok(_))), "the end was due: {frame:?}");
    }

    /// The stream itself.
    pub fn stream(&mut self) -> &mut UnixStream {
        self.framed.get_mut()
    }
}

/// A well-behaved `Hello`.
#[must_use]
pub fn hello(name: &str) -> Hello {
    Hello {
        protocol_version: 1,
        name: name.to_owned(),
        instance: 0x1111,
        ..Hello::default()
    }
}

/// A change of subscriptions that adds these types.
#[must_use]
pub fn subscriptions(revision: u64, added: Vec<EventType>) -> Subscriptions {
    Subscriptions {
        revision,
        added,
        ..Subscriptions::default()
    }
}

/// The acknowledgement of all revisions up to this one.
#[must_use]
pub fn ack(revision: u64) -> FrameBody {
    FrameBody::SubscriptionsAck(SubscriptionsAck { revision })
}

/// An event type to subscribe to, without a window.
#[must_use]
pub fn type_of<E: Event>() -> EventType {
    EventType {
        id: E::TYPE_ID.get(),
        name: E::NAME.to_owned(),
        window: 0,
    }
}
