//! Connecting: in any order, both ways at once, and the ways in which it is refused.

use std::time::Duration;

use lahja::prost::bytes::BytesMut;
use lahja::wire::{Broadcast, Frame, FrameBody, FrameCodec, Goodbye, GoodbyeReason};
use lahja::{Endpoint, Error, Event, Rejection};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio_util::codec::Encoder;

use crate::events::{Tick, Tock};
use crate::raw::{RawPeer, hello};
use crate::support::*;

/// An endpoint that soon gives up on those who are not there.
async fn impatient(name: &str, directory: &TempDir) -> Endpoint {
    let builder = builder(name, directory).connect_timeout(Duration::from_millis(100));
    builder.serve().await.expect("the name is free")
}

fn rejection(error: Error) -> Rejection {
    match error {
        Error::ConnectionRejected { rejection, .. } => rejection,
        other => panic!("expected a rejection: {other}"),
    }
}

#[tokio::test]
async fn an_endpoint_that_does_not_listen_connects_out_and_events_flow_both_ways() {
    let directory = directory();
    let bob = serve("bob", &directory).await;
    let alice = Endpoint::new(at("alice", directory.path())).await.unwrap();
    assert!(!directory.path().join("alice.ipc").exists());
    let mut to_alice = alice.stream::<Tick>().unwrap();
    let mut to_bob = bob.stream::<Tock>().unwrap();

    alice.connect_to("bob").await.unwrap();
    bob.wait_until_connected_to("alice").await.unwrap();

    let _ = alice.broadcast(Tock { number: 1 }).await.unwrap();
    let _ = bob.broadcast(Tick::new(2)).await.unwrap();
    assert_eq!(to_bob.next().await.unwrap().number, 1);
    assert_eq!(to_alice.next().await.unwrap().number, 2);
}

#[tokio::test]
async fn connecting_waits_for_an_endpoint_that_is_not_there_yet() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let connecting = tokio::spawn({
        let alice = alice.clone();
        async move { alice.connect_to("bob").await }
    });
    tokio::task::yield_now().await;
    let bob = serve("bob", &directory).await;
    connecting.await.unwrap().unwrap();
    assert!(alice.is_connected_to("bob"));
    bob.wait_until_connected_to("alice").await.unwrap();
}

#[tokio::test]
async fn connecting_in_the_background_and_to_several_at_once() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    alice.connect_to_nowait("bob").unwrap();
    let _bob = serve("bob", &directory).await;
    let _carol = serve("carol", &directory).await;
    let _dave = serve("dave", &directory).await;
    alice.connect_to_all(["carol", "dave"]).await.unwrap();
    alice.wait_until_connected_to("bob").await.unwrap();
    assert_eq!(alice.connections().len(), 3);

    let error = alice.connect_to_nowait("alice").unwrap_err();
    assert_eq!(rejection(error), Rejection::Itself);
    let error = alice.connect_to_all(["erin", "a/b"]).await.unwrap_err();
    assert!(matches!(error, Error::InvalidName(_)), "{error}");
}

#[tokio::test]
async fn endpoints_in_another_directory_are_reached_by_its_path() {
    let (here, there) = (directory(), directory());
    let alice = serve("alice", &here).await;
    let bob = Endpoint::serve(at("bob", there.path())).await.unwrap();
    alice.connect_to(at("bob", there.path())).await.unwrap();
    assert!(alice.is_connected_to(bob.name()));
}

#[tokio::test]
async fn an_endpoint_that_never_comes_is_an_error_that_names_it_and_its_socket() {
    let directory = directory();
    let alice = impatient("alice", &directory).await;
    let error = alice.connect_to("bob").await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::DeadlineExceeded { .. }), "{text}");
    let socket = directory.path().join("bob.ipc");
    assert!(
        text.contains("bob") && text.contains(&*socket.to_string_lossy()),
        "{text}"
    );
    // The name is free for another try.
    let _bob = serve("bob", &directory).await;
    alice.connect_to("bob").await.unwrap();
}

#[tokio::test]
async fn connecting_to_oneself_or_twice_is_rejected_at_once() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    let error = alice.connect_to("alice").await.unwrap_err();
    assert!(error.to_string().starts_with("alice"), "{error}");
    assert_eq!(rejection(error), Rejection::Itself);
    let error = alice.connect_to("bob").await.unwrap_err();
    assert!(error.to_string().starts_with("bob"), "{error}");
    assert_eq!(rejection(error), Rejection::AlreadyConnected);
    // Bob did not connect himself: he is connected, which is what he wants.
    bob.connect_to("alice").await.unwrap();
    assert_eq!(bob.connections().len(), 1);
}

#[tokio::test]
async fn of_two_endpoints_of_one_name_the_second_is_rejected_while_the_first_lives() {
    let (home, one, other) = (directory(), directory(), directory());
    let bob = serve("bob", &home).await;
    let first = serve("alice", &one).await;
    let second = impatient("alice", &other).await;
    let to_bob = at("bob", home.path());
    first.connect_to(&to_bob).await.unwrap();

    let error = second.connect_to(&to_bob).await.unwrap_err();
    assert!(matches!(rejection(error), Rejection::NameTaken(_)));
    assert!(bob.is_connected_to("alice"), "the first keeps its link");

    assert!(first.stop().await.is_complete());
    second.connect_to(&to_bob).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_with_its_own_name_at_the_socket_of_another_is_rejected() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let _bob = serve("bob", &directory).await;
    std::os::unix::fs::symlink("bob.ipc", directory.path().join("rob.ipc")).unwrap();
    let error = alice.connect_to("rob").await.unwrap_err();
    assert_eq!(rejection(error), Rejection::OtherName("bob".to_owned()));
}

#[tokio::test]
async fn a_refusal_for_good_ends_the_connecting_with_its_reason() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let listener = UnixListener::bind(directory.path().join("old.ipc")).unwrap();
    let refusing = async {
        let mut old = RawPeer::accept(&listener).await;
        old.goodbye(GoodbyeReason::UnsupportedVersion).await;
    };
    let (connected, ()) = tokio::join!(alice.connect_to("old"), refusing);
    let reason = rejection(connected.unwrap_err());
    let said = "so says the raw peer".to_owned();
    assert_eq!(reason, Rejection::UnsupportedVersion(said));

    let babbling = async {
        let mut old = RawPeer::accept(&listener).await;
        let mut hello = hello("old");
        hello.instance = 0;
        old.say(FrameBody::Hello(hello)).await;
        let said = old.next().await;
        assert!(matches!(said, Some(FrameBody::Goodbye(_))), "{said:?}");
    };
    let (connected, ()) = tokio::join!(alice.connect_to("old"), babbling);
    let reason = rejection(connected.unwrap_err());
    assert!(matches!(reason, Rejection::Protocol(_)), "{reason}");
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_up_to_the_deadline() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let listener = UnixListener::bind(directory.path().join("busy.ipc")).unwrap();
    let busy = async {
        for reason in [GoodbyeReason::Duplicate, GoodbyeReason::Shutdown] {
            RawPeer::accept(&listener).await.goodbye(reason).await;
        }
        let mut peer = RawPeer::accept(&listener).await;
        peer.say(FrameBody::Hello(hello("busy"))).await;
        peer.subscribe::<Tick>(0).await;
        peer
    };
    let (connected, _peer) = tokio::join!(alice.connect_to("busy"), busy);
    connected.unwrap();
    assert!(alice.is_endpoint_subscribed_to::<Tick>("busy"));
}

#[tokio::test]
async fn who_said_goodbye_can_be_connected_to_again_while_its_events_are_not_taken_yet() {
    let directory = directory();
    let alice = serve("alice", &directory).await;
    let _unread = alice.stream::<Tick>().unwrap();
    let listener = UnixListener::bind(directory.path().join("bob.ipc")).unwrap();
    let greeted = async || {
        let mut bob = RawPeer::accept(&listener).await;
        bob.say(FrameBody::Hello(hello("bob"))).await;
        bob.subscribe::<Tick>(0).await;
        Ok(bob)
    };
    let ((), mut bob) = tokio::try_join!(alice.connect_to("bob"), greeted()).unwrap();
    bob.say(FrameBody::Broadcast(Broadcast {
        type_id: Tick::TYPE_ID.get(),
        ..Broadcast::default()
    }))
    .await;
    // Its stream stays open, as that of a peer does that is slow to stop.
    bob.goodbye(GoodbyeReason::Shutdown).await;
    alice.wait_until_disconnected_from("bob").await.unwrap();

    let again = tokio::try_join!(alice.connect_to("bob"), greeted());
    assert!(again.is_ok(), "{:?}", again.err());
}

#[tokio::test]
async fn a_peer_that_ends_each_connection_at_once_is_tried_less_and_less_often() {
    let directory = directory();
    let listener = UnixListener::bind(directory.path().join("bob.ipc")).unwrap();
    let alice = impatient("alice", &directory).await;
    let connecting = tokio::spawn(async move { alice.connect_to("bob").await });
    let mut greeting = BytesMut::new();
    let body = Some(FrameBody::Hello(hello("bob")));
    FrameCodec::new()
        .encode(Frame { body }, &mut greeting)
        .unwrap();
    let body = Some(FrameBody::Goodbye(Goodbye::default()));
    FrameCodec::new()
        .encode(Frame { body }, &mut greeting)
        .unwrap();
    let mut tries = 0;
    while !connecting.is_finished() {
        let accepted = tokio::time::timeout(Duration::from_millis(10), listener.accept());
        if let Ok(Ok((mut stream, _))) = accepted.await {
            tries += 1;
            let greeting = greeting.clone();
            // At the deadline alice may be gone.
            tokio::spawn(async move {
                stream.write_all(&greeting).await?;
                stream.read_to_end(&mut Vec::new()).await
            });
        }
    }
    let error = connecting.await.unwrap().unwrap_err();
    let text = error.to_string();
    assert!(text.contains("ended before events could flow"), "{text}");
    assert!((2..20).contains(&tries), "{tries} tries");
}

#[tokio::test]
async fn a_peer_can_be_disconnected_and_connected_to_by_either_side() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    bob.disconnect_from("alice").await.unwrap();
    until(|| !alice.is_connected_to("bob")).await;
    let error = bob.disconnect_from("alice").await.unwrap_err();
    assert!(
        matches!(&error, Error::NotConnected { endpoint } if endpoint == "alice"),
        "{error}"
    );
    bob.connect_to("alice").await.unwrap();
    assert!(bob.is_connected_to("alice"));
}

#[tokio::test]
async fn a_peer_that_was_restarted_can_be_connected_to_again() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    for _ in 0..10 {
        let _ = bob.stop().await;
        until(|| !alice.is_connected_to("bob")).await;
        let bob = serve("bob", &directory).await;
        let mut ticks = bob.stream::<Tick>().unwrap();
        alice.connect_to("bob").await.unwrap();
        assert_eq!(alice.broadcast(Tick::new(1)).await.unwrap().count(), 1);
        assert_eq!(ticks.next().await.unwrap().number, 1);
        let _ = bob.stop().await;
        until(|| !alice.is_connected_to("bob")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_connect_to_each_other_at_once_end_with_one_link() {
    let directory = directory();
    for round in 0..200 {
        let (alice, bob) = (
            serve("alice", &directory).await,
            serve("bob", &directory).await,
        );
        let mut to_alice = alice.stream::<Tick>().unwrap();
        let mut to_bob = bob.stream::<Tock>().unwrap();
        let crossing = tokio::spawn({
            let bob = bob.clone();
            async move { bob.connect_to("alice").await }
        });
        alice.connect_to("bob").await.expect("alice's connect");
        crossing.await.unwrap().expect("bob's connect");

        let sent = alice.broadcast(Tock { number: round }).await.unwrap();
        assert_eq!(sent.count(), 1, "round {round}");
        let sent = bob.broadcast(Tick::new(round)).await.unwrap();
        assert_eq!(sent.count(), 1, "round {round}");
        assert_eq!(to_bob.next().await.unwrap().number, round);
        assert_eq!(to_alice.next().await.unwrap().number, round);
        assert_eq!((alice.connections().len(), bob.connections().len()), (1, 1));
        let (one, other) = tokio::join!(alice.stop(), bob.stop());
        assert!(one.is_complete() && other.is_complete(), "round {round}");
        assert!(to_bob.next().await.is_none() && to_alice.next().await.is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_connect_and_disconnect_as_they_like_always_find_together() {
    let directory = directory();
    let (alice, bob) = (
        serve("alice", &directory).await,
        serve("bob", &directory).await,
    );
    let fickle = |one: &Endpoint, other: &'static str| {
        let one = one.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                match one.connect_to(other).await {
                    Ok(()) => {}
                    Err(error) => {
                        let error = rejection(error);
                        assert_eq!(error, Rejection::AlreadyConnected);
                    }
                }
                match one.disconnect_from(other).await {
                    Ok(_) | Err(Error::NotConnected { .. }) => {}
                    Err(error) => panic!("disconnecting failed: {error}"),
                }
            }
        })
    };
    let (one, other) = (fickle(&alice, "bob"), fickle(&bob, "alice"));
    soon(one).await.unwrap();
    soon(other).await.unwrap();

    until(|| alice.connections().is_empty() && bob.connections().is_empty()).await;
    soon(alice.connect_to("bob")).await.unwrap();
    soon(bob.connect_to("alice")).await.unwrap();
    let mut ticks = bob.stream::<Tick>().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    assert_eq!(alice.broadcast(Tick::new(1)).await.unwrap().count(), 1);
    assert_eq!(ticks.next().await.unwrap().number, 1);
}

#[tokio::test]
async fn one_can_wait_for_an_endpoint_to_be_gone() {
    let (alice, bob) = pair().await;
    let gone = tokio::spawn({
        let alice = alice.clone();
        async move { alice.wait_until_disconnected_from("bob").await }
    });
    bob.stop().await;
    soon(gone).await.unwrap().unwrap();
    assert!(!alice.is_connected_to("bob"));
}
