//! One live owner per name and directory.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use lahja::Error;
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::within;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

use super::*;

#[tokio::test]
async fn a_name_is_taken_while_its_process_lives_whether_it_listens_or_not() {
    for owner in [&[][..], &["quiet"]] {
        let at = Rendezvous::new();
        let _bob = start(&at, "bob", owner).await;
        for attempt in [
            at.builder("bob").serve().await,
            at.builder("bob").start().await,
        ] {
            match attempt {
                Err(Error::NameTaken { endpoint, path }) => {
                    assert_eq!(endpoint, "bob");
                    assert_eq!(path, at.path().join("bob.lock"));
                }
                other => panic!("expected `NameTaken`: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_name_is_free_right_after_a_kill_though_nobody_reaped_the_dead() {
    let at = Rendezvous::new();
    let mut first = start(&at, "bob", &[]).await;
    first.kill().await;
    assert!(at.socket("bob").exists(), "a crash leaves the socket");

    let second = at.serve("bob").await;
    let alice = at.serve("alice").await;
    let connected = alice.connect_to("bob").await;
    connected.expect("the socket left behind was taken over");
    let known = second.wait_until_connected_to("alice");
    within("the other side of the link", known)
        .await
        .expect("bob runs");
}

#[tokio::test]
async fn of_many_processes_that_start_on_one_name_exactly_one_wins() {
    for _ in 0..5 {
        let at = Rendezvous::new();
        let mut peers: Vec<_> = (0..12).map(|_| spawn(&at, "bob", &[])).collect();
        let mut winners = 0;
        for peer in &mut peers {
            match peer.line().await.as_deref() {
                Some("up") => winners += 1,
                Some(line) => assert!(line.starts_with("failed NameTaken"), "{line}"),
                None => panic!("it ended without a word"),
            }
        }
        assert_eq!(winners, 1);
        let alice = at.serve("alice").await;
        alice
            .connect_to("bob")
            .await
            .expect("the winner can be reached");
    }
}

#[tokio::test]
async fn directory_socket_and_lock_are_private_whatever_the_umask() {
    let at = Rendezvous::to_be_made();
    let _bob = start(&at, "bob", &["umask=000"]).await;
    let mode = |path| {
        let metadata = fs::metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(at.path().to_owned()), 0o700);
    assert_eq!(mode(at.socket("bob")), 0o600);
    assert_eq!(mode(at.path().join("bob.lock")), 0o600);
}

#[tokio::test]
async fn an_orderly_end_removes_the_socket_and_frees_the_name() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("stop", "stopped 0").await;
    assert!(!at.socket("bob").exists());
    at.serve("bob").await;
}

#[tokio::test]
async fn a_name_is_free_after_a_kill_though_a_child_of_the_dead_lives() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("adopt", "adopted").await;
    bob.kill().await;
    at.serve("bob").await;
}

#[tokio::test]
async fn a_name_is_free_after_a_stop_though_a_forked_process_has_its_lock_file_open() {
    let at = Rendezvous::new();
    let bob = at.serve("bob").await;
    let forked = duplicate(&at.path().join("bob.lock"));
    let _stopped = bob.stop().await;
    at.serve("bob").await;
    drop(forked);
}

/// A file that this process has open, as a fork would inherit it.
fn duplicate(path: &Path) -> OwnedFd {
    let mut files = fs::read_dir("/proc/self/fd").expect("this process has files");
    let file = files.find_map(|file| {
        let file = file.ok()?.path();
        let is_it = fs::read_link(&file).is_ok_and(|open| open == path);
        is_it
            .then(|| file.file_name()?.to_str()?.parse().ok())
            .flatten()
    });
    let file = file.expect("the file is open");
    let this = pidfd_open(getpid(), PidfdFlags::empty()).expect("this process lives");
    pidfd_getfd(this, file, PidfdGetfdFlags::empty()).expect("the file is this process's own")
}
