//! Connecting to one that listens, and is no endpoint, or not a good one.

use std::time::Duration;

use lahja::wire::{FrameBody, Goodbye, GoodbyeReason, Hello};
use lahja::{Endpoint, Error, Rejection};
use lahja_tests::raw::{RawPeer, hello};
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::within;
use tokio::net::UnixListener;

/// How long a connect takes that comes to nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// An endpoint, and one that listens as `bob` and is none.
async fn scene() -> (Rendezvous, Endpoint, UnixListener) {
    let at = Rendezvous::new();
    let alice = at.builder("alice").connect_timeout(PATIENCE).start().await;
    let listener = UnixListener::bind(at.socket("bob")).expect("the name is free");
    (at, alice.expect("alice starts"), listener)
}

/// What `connect_to` says when every connection gets this said, and then the end.
async fn outcome(said: &[FrameBody], bytes: &[u8]) -> Error {
    let (_at, alice, listener) = scene().await;
    let listens = async {
        loop {
            let mut peer = RawPeer::accept(&listener).await;
            for body in said {
                peer.send(body.clone()).await;
            }
            peer.write(bytes).await;
            peer.hang_up().await;
            while peer.next().await.is_some() {}
        }
    };
    let connected = async {
        tokio::select! {
            connected = alice.connect_to("bob") => connected,
            () = listens => unreachable!("it listens for ever"),
        }
    };
    let connected = within("the end of the connect", connected).await;
    assert!(!alice.is_connected_to("bob"));
    connected.expect_err("there is no bob")
}

fn rejection(error: Error) -> Rejection {
    match error {
        Error::ConnectionRejected {
            endpoint,
            rejection,
        } => {
            assert_eq!(endpoint, "bob");
            rejection
        }
        other => panic!("expected `ConnectionRejected`: {other}"),
    }
}

fn goodbye(reason: GoodbyeReason) -> FrameBody {
    FrameBody::Goodbye(Goodbye {
        reason: reason.into(),
        message: "because".to_owned(),
    })
}

#[tokio::test]
async fn another_name_than_the_one_that_was_called_is_rejected() {
    let error = outcome(&[FrameBody::Hello(hello("mallory"))], &[]).await;
    assert_eq!(rejection(error), Rejection::OtherName("mallory".to_owned()));
}

#[tokio::test]
async fn garbage_is_rejected() {
    for garbage in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        &[4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
    ] {
        let error = outcome(&[], garbage).await;
        assert!(matches!(rejection(error), Rejection::Protocol(_)));
    }
}

#[tokio::test]
async fn an_invalid_hello_is_rejected() {
    let invalid = [
        Hello {
            instance: 0,
            ..hello("bob")
        },
        Hello {
            max_frame_len: 65_535,
            ..hello("bob")
        },
        Hello {
            name: "../bob".to_owned(),
            ..hello("bob")
        },
    ];
    for hello in invalid {
        let error = outcome(&[FrameBody::Hello(hello)], &[]).await;
        assert!(matches!(rejection(error), Rejection::Protocol(_)));
    }
}

#[tokio::test]
async fn a_version_that_is_none_is_rejected() {
    let hello = Hello {
        protocol_version: 0,
        ..hello("bob")
    };
    let error = outcome(&[FrameBody::Hello(hello)], &[]).await;
    let rejection = rejection(error);
    assert!(rejection.to_string().contains("version"), "{rejection}");
}

#[tokio::test]
async fn each_goodbye_is_told_by_its_reason() {
    let because = || "because".to_owned();
    let told = async |reason| rejection(outcome(&[goodbye(reason)], &[]).await);
    assert_eq!(
        told(GoodbyeReason::NameTaken).await,
        Rejection::NameTaken(because())
    );
    assert_eq!(
        told(GoodbyeReason::Duplicate).await,
        Rejection::Duplicate(because())
    );
    let version = told(GoodbyeReason::UnsupportedVersion).await;
    assert_eq!(version, Rejection::UnsupportedVersion(because()));
    for reason in [
        GoodbyeReason::Unspecified,
        GoodbyeReason::ProtocolError,
        GoodbyeReason::FrameTooLarge,
        GoodbyeReason::SlowConsumer,
    ] {
        match told(reason).await {
            Rejection::Protocol(message) => assert!(message.contains("because"), "{message}"),
            other => panic!("{reason:?}: {other}"),
        }
    }
}

fn assert_deadline_names_the_path(error: &Error, at: &Rendezvous) {
    match error {
        Error::DeadlineExceeded { what, after } => {
            let path = at.socket("bob");
            assert!(what.contains(path.to_str().expect("UTF-8")), "{what}");
            assert_eq!(*after, PATIENCE);
        }
        other => panic!("expected `DeadlineExceeded`: {other}"),
    }
}

#[tokio::test]
async fn silence_ends_at_the_connect_deadline() {
    let (at, alice, listener) = scene().await;
    let connected = within("the deadline", alice.connect_to("bob")).await;
    assert_deadline_names_the_path(&connected.expect_err("silence"), &at);
    drop(listener);
}

#[tokio::test]
async fn nobody_there_ends_at_the_connect_deadline() {
    let (at, alice, listener) = scene().await;
    drop(listener);
    let connected = within("the deadline", alice.connect_to("bob")).await;
    assert_deadline_names_the_path(&connected.expect_err("nobody"), &at);
}

#[tokio::test]
async fn one_that_is_shutting_down_or_hangs_up_is_tried_again_up_to_the_deadline() {
    for said in [&[goodbye(GoodbyeReason::Shutdown)][..], &[]] {
        let error = outcome(said, &[]).await;
        assert!(matches!(error, Error::DeadlineExceeded { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_hello_without_subscriptions_gives_no_connection() {
    let (_at, alice, listener) = scene().await;
    let mut held = Vec::new();
    let listens = async {
        loop {
            let mut peer = RawPeer::accept(&listener).await;
            peer.send(FrameBody::Hello(hello("bob"))).await;
            held.push(peer);
        }
    };
    let connected = async {
        tokio::select! {
            connected = alice.connect_to("bob") => connected,
            () = listens => unreachable!("it listens for ever"),
        }
    };
    let connected = within("the end of the connect", connected).await;
    let error = connected.expect_err("events cannot flow");
    assert!(matches!(error, Error::DeadlineExceeded { .. }), "{error}");
}
