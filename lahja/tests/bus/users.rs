//! Users: whose processes may connect to whose. Only root can be somebody else as well.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use lahja::{Endpoint, EndpointBuilder, Error, Received, Rejection};
use rustix::process::{Uid, geteuid};
use rustix::thread::set_thread_res_uid;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::events::{Add, Sum};
use crate::support::*;

const NOBODY: u32 = 65534;

/// Runs `work` on a thread of another user; not at all, and says so, where that can't be.
fn as_nobody(work: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let nobody = Uid::from_raw(NOBODY);
            match set_thread_res_uid(nobody, nobody, nobody) {
                Ok(()) => work(),
                Err(error) => skip(&error.into()),
            }
        });
        other.join().expect("the test of another user passes");
    });
}

/// Past the harness, which keeps to itself what passing tests print.
fn skip(why: &io::Error) {
    let message = format!("SKIPPED: connections between users were not tested: {why}\n");
    let _ = io::stderr().write_all(message.as_bytes());
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all();
    builder.build().expect("a runtime")
}

/// On the thread that drives it, which stays its user's.
fn runtime_here() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// A directory through which others may go, and in which they can't write.
fn passage() -> TempDir {
    let directory = directory();
    set_mode(directory.path(), 0o711);
    directory
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

fn impatient(name: &str, directory: &TempDir) -> EndpointBuilder {
    builder(name, directory).connect_timeout(Duration::from_millis(300))
}

#[test]
fn users_who_allow_each_other_connect() {
    let (passage, me) = (passage(), geteuid().as_raw());
    let home = runtime();
    let bob = builder("bob", &passage).allow_uid(NOBODY);
    let bob = home.block_on(bob.serve()).unwrap();
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    as_nobody(|| {
        runtime_here().block_on(async {
            let own = directory();
            let alice = builder("alice", &own).allow_uid(me).start().await.unwrap();
            alice.connect_to(at("bob", passage.path())).await.unwrap();
            let sum = alice.request(Add::new(2, 3)).await.unwrap();
            assert_eq!(sum, Sum::new(5));
            let _ = alice.stop().await;
        });
    });
}

#[test]
fn a_user_who_is_not_allowed_is_refused_though_the_socket_lets_them_in() {
    let (passage, me) = (passage(), geteuid().as_raw());
    let home = runtime();
    let _bob: Endpoint = home.block_on(serve("bob", &passage));
    set_mode(&passage.path().join("bob.ipc"), 0o666);
    as_nobody(|| {
        runtime_here().block_on(async {
            let own = directory();
            let alice = impatient("alice", &own)
                .allow_uid(me)
                .start()
                .await
                .unwrap();
            let error = alice.connect_to(at("bob", passage.path())).await;
            let error = error.unwrap_err();
            assert!(matches!(error, Error::DeadlineExceeded { .. }), "{error}");
        });
    });
}

#[test]
fn who_listens_as_a_user_who_is_not_allowed_is_not_connected_to() {
    let directory = directory();
    let socket = directory.path().join("bob.ipc");
    set_mode(directory.path(), 0o777);
    let mut listener = None;
    as_nobody(|| listener = Some(UnixListener::bind(&socket).unwrap()));
    if listener.is_none() {
        return;
    }
    set_mode(directory.path(), 0o700);
    runtime_here().block_on(async {
        let alice = serve("alice", &directory).await;
        let error = alice.connect_to("bob").await.unwrap_err();
        assert!(
            matches!(&error, Error::ConnectionRejected { endpoint, rejection: Rejection::ForeignUser { uid: NOBODY } }
                if endpoint == "bob"),
            "{error}"
        );
    });
}
