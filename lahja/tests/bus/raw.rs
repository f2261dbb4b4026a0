//! A peer that speaks the protocol by hand: to see what is on the wire, and to leave things undone.

use std::io::Write;
use std::net::Shutdown;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{SinkExt, StreamExt};
use lahja::Event;
use lahja::wire::{
    Broadcast, Compression, DEFAULT_MAX_FRAME_LEN, EventType, Frame, FrameBody, FrameCodec,
    Goodbye, GoodbyeReason, Hello, Subscriptions, SubscriptionsAck,
};
use rustix::net::{RecvFlags, recv};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::codec::Framed;

pub(crate) struct RawPeer(Framed<UnixStream, FrameCodec>);

impl RawPeer {
    /// Connects to the endpoint that listens at `socket`, and says hello.
    pub(crate) async fn connect(name: &str, socket: &Path) -> Self {
        Self::connect_as(hello(name), socket).await
    }

    /// Connects, and says this.
    pub(crate) async fn connect_as(hello: Hello, socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).await.expect("it listens");
        let mut peer = Self(Framed::new(stream, codec()));
        peer.say(FrameBody::Hello(hello)).await;
        peer
    }

    /// Takes the next connection, and its hello.
    pub(crate) async fn accept(listener: &UnixListener) -> Self {
        let (stream, _) = listener.accept().await.expect("somebody connects");
        let mut peer = Self(Framed::new(stream, codec()));
        let said = peer.next().await;
        assert!(matches!(said, Some(FrameBody::Hello(_))), "{said:?}");
        peer
    }

    /// Subscribes to `E` with this window and to nothing else, and acknowledges what the endpoint subscribes to.
    pub(crate) async fn subscribe<E: Event>(&mut self, window: u64) {
        self.say(FrameBody::Subscriptions(Subscriptions {
            revision: 1,
            added: vec![event_type::<E>(window)],
            ..Subscriptions::default()
        }))
        .await;
        self.say(FrameBody::SubscriptionsAck(SubscriptionsAck {
            revision: 1,
        }))
        .await;
    }

    /// Removes `E` and adds it under this revision, and waits until that is acknowledged.
    pub(crate) async fn renew<E: Event>(&mut self, revision: u64) {
        self.say(FrameBody::Subscriptions(Subscriptions {
            revision,
            added: vec![event_type::<E>(0)],
            removed: vec![E::TYPE_ID.get()],
            more: false,
        }))
        .await;
        let ack = FrameBody::SubscriptionsAck(SubscriptionsAck { revision });
        while self.next().await.expect("the endpoint goes on") != ack {}
    }

    /// Says this again and again, from a thread of its own.
    pub(crate) fn flood(self, bytes: Vec<u8>) -> Flood {
        let stream = self.0.into_inner().into_std().expect("it is a socket");
        stream.set_nonblocking(false).expect("it can block");
        let closer = stream.try_clone().expect("a descriptor is left");
        let times = Arc::new(AtomicUsize::new(0));
        let thread = std::thread::spawn({
            let times = times.clone();
            move || {
                let mut stream = stream;
                while stream.write_all(&bytes).is_ok() {
                    times.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Flood {
            closer,
            times,
            thread,
        }
    }

    /// Whether something lies in the socket, as the kernel knows it.
    pub(crate) fn has_unread(&self) -> bool {
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        recv(self.0.get_ref(), &mut [0; 1], flags).is_ok_and(|(_, count)| count > 0)
    }

    pub(crate) async fn say(&mut self, body: FrameBody) {
        let frame = Frame { body: Some(body) };
        self.0.send(frame).await.expect("the endpoint is there");
    }

    pub(crate) async fn goodbye(&mut self, reason: GoodbyeReason) {
        self.say(FrameBody::Goodbye(Goodbye {
            reason: reason.into(),
            message: "so says the raw peer".to_owned(),
        }))
        .await;
    }

    /// What the endpoint says next; `None` at the end of its stream.
    pub(crate) async fn next(&mut self) -> Option<FrameBody> {
        let frame = self.0.next().await?;
        frame.expect("a frame").body
    }

    /// The next event, request or answer.
    pub(crate) async fn next_broadcast(&mut self) -> Broadcast {
        loop {
            let said = self.next().await.expect("the endpoint goes on");
            if let FrameBody::Broadcast(broadcast) = said {
                return broadcast;
            }
        }
    }
}

fn event_type<E: Event>(window: u64) -> EventType {
    EventType {
        id: E::TYPE_ID.get(),
        name: E::NAME.to_owned(),
        window,
    }
}

/// A peer that never stops talking.
pub(crate) struct Flood {
    closer: std::os::unix::net::UnixStream,
    times: Arc<AtomicUsize>,
    thread: std::thread::JoinHandle<()>,
}

impl Flood {
    /// How often it said it all.
    pub(crate) fn times(&self) -> usize {
        self.times.load(Ordering::Relaxed)
    }

    pub(crate) fn stop(self) {
        self.closer
            .shutdown(Shutdown::Both)
            .expect("it is connected");
        self.thread.join().expect("it only writes");
    }
}

/// It takes what an endpoint may send to one that names no limit.
fn codec() -> FrameCodec {
    let mut codec = FrameCodec::new();
    codec.set_max_recv_len(DEFAULT_MAX_FRAME_LEN);
    codec
}

pub(crate) fn hello(name: &str) -> Hello {
    Hello {
        protocol_version: 1,
        name: name.to_owned(),
        instance: 1,
        max_frame_len: 0,
        compressions: vec![Compression::Snappy.into()],
        agent: "raw".to_owned(),
    }
}
