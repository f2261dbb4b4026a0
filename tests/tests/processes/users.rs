//! Who may be at the other end: processes of the same user, and nobody else.
//!
//! Only root can start processes of another user; for others these tests say that they are skipped.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;

use lahja::{Error, Rejection};
use lahja_tests::rendezvous::Rendezvous;
use rustix::process::geteuid;
use tempfile::TempDir;

use super::*;

/// Nobody, as most systems number him.
const STRANGER: u32 = 65534;

/// A process of another user, with an endpoint in a directory of that user's own.
struct Stranger {
    peer: Peer,
    at: Rendezvous,
    _exe: TempDir,
}

impl Stranger {
    /// `None` where this process may not start one.
    async fn start() -> Option<Self> {
        if !geteuid().is_root() {
            eprintln!("SKIPPED: only root can start a process of another user");
            return None;
        }
        let at = Rendezvous::new();
        chown(at.path(), Some(STRANGER), None).expect("root may");
        let (exe, _exe) = copy_for_everyone();
        let mut peer = Peer::spawn_as(STRANGER, &exe, &at, "stranger");
        peer.expect("up").await;
        Some(Self { peer, at, _exe })
    }
}

/// The binary where another user may read it, wherever this project is.
fn copy_for_everyone() -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
    let exe = folder.path().join("peer");
    fs::copy(EXE, &exe).expect("the binary is built");
    (exe, folder)
}

#[tokio::test]
async fn a_stranger_cannot_even_reach_the_socket() {
    let Some(mut stranger) = Stranger::start().await else {
        return;
    };
    let at = Rendezvous::new();
    let _bob = at.serve("bob").await;
    let knock = format!("knock {}", at.socket("bob").display());
    let refused = stranger.peer.ask(&knock, "failed").await;
    assert!(refused.contains("Permission denied"), "{refused}");
}

#[tokio::test]
async fn a_stranger_who_reaches_the_socket_is_hung_up_on_before_a_word() {
    let Some(mut stranger) = Stranger::start().await else {
        return;
    };
    let at = Rendezvous::new();
    let bob = at.serve("bob").await;
    fs::set_permissions(at.path(), Permissions::from_mode(0o711)).expect("it is ours");
    fs::set_permissions(at.socket("bob"), Permissions::from_mode(0o666)).expect("it is ours");
    let knock = format!("knock {}", at.socket("bob").display());
    assert_eq!(stranger.peer.ask(&knock, "heard").await, "0");
    assert_eq!(bob.connections(), []);
}

#[tokio::test]
async fn a_socket_behind_which_a_stranger_listens_is_refused() {
    let Some(stranger) = Stranger::start().await else {
        return;
    };
    let at = Rendezvous::new();
    let socket = at.socket("stranger");
    fs::rename(stranger.at.socket("stranger"), socket).expect("root may");
    let alice = at.serve("alice").await;
    match alice.connect_to("stranger").await {
        Err(Error::ConnectionRejected {
            endpoint,
            rejection: Rejection::ForeignUser { uid },
        }) => assert_eq!((endpoint.as_str(), uid), ("stranger", STRANGER)),
        other => panic!("expected a refusal for its user: {other:?}"),
    }
}

#[tokio::test]
async fn a_strangers_directory_is_refused() {
    let Some(stranger) = Stranger::start().await else {
        return;
    };
    let taken = stranger.at.builder("bob").serve().await;
    let error = taken.expect_err("the directory belongs to somebody else");
    assert!(matches!(&error, Error::InsecureDirectory { .. }), "{error}");
    assert!(error.to_string().contains("65534"), "{error}");
}
