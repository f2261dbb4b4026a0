//! Names, and the files that stand for them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use lahja::{ConnectionConfig, Endpoint, Error};

use crate::support::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory)
        .expect("it is there")
        .next()
        .is_none()
}

#[tokio::test]
async fn the_socket_is_for_its_user_alone_in_a_directory_of_its_user_alone() {
    let parent = directory();
    let directory = parent.path().join("not/there/yet");
    let bob = Endpoint::serve(at("bob", &directory)).await.unwrap();
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join("bob.ipc")), 0o600);
    assert_eq!(mode(&directory.join("bob.lock")), 0o600);
    assert_eq!(bob.name(), "bob");
}

#[tokio::test]
async fn a_name_has_one_owner_whether_it_listens_or_not() {
    let directory = directory();
    let bob = serve("bob", &directory).await;
    for second in [
        builder("bob", &directory).serve().await,
        builder("bob", &directory).start().await,
    ] {
        let error = second.map(drop).unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(&error, Error::NameTaken { endpoint, path }
                if endpoint == "bob" && *path == directory.path().join("bob.lock")),
            "{text}"
        );
        assert!(text.contains("bob.lock"), "{text}");
    }
    assert!(
        directory.path().join("bob.ipc").exists(),
        "bob still listens"
    );
    let _ = bob.stop().await;
    let quiet = builder("bob", &directory).start().await.unwrap();
    let error = builder("bob", &directory).serve().await.map(drop);
    assert!(matches!(error, Err(Error::NameTaken { .. })), "{error:?}");
    drop(quiet);
    serve("bob", &directory).await;
}

#[tokio::test]
async fn a_socket_that_a_crash_left_behind_is_taken_over() {
    let directory = directory();
    let socket = directory.path().join("bob.ipc");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(socket.exists(), "nobody removed it");
    let (alice, _bob) = connected(&directory).await;
    assert!(alice.is_connected_to("bob"));
}

#[tokio::test]
async fn a_directory_that_others_can_write_to_is_refused_before_anything_is_made_in_it() {
    let directory = directory();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o777)).unwrap();
    let error = builder("bob", &directory)
        .serve()
        .await
        .map(drop)
        .unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(&error, Error::InsecureDirectory { path, .. } if path == directory.path()),
        "{text}"
    );
    assert!(
        text.contains("of mode 700"),
        "it says what to use instead: {text}"
    );
    assert!(is_empty(directory.path()));
}

#[tokio::test]
async fn a_directory_behind_a_symbolic_link_is_refused() {
    let directory = directory();
    let (real, link) = (directory.path().join("real"), directory.path().join("link"));
    fs::create_dir(&real).unwrap();
    fs::set_permissions(&real, Permissions::from_mode(0o700)).unwrap();
    symlink(&real, &link).unwrap();
    let error = Endpoint::serve(at("bob", &link))
        .await
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::InsecureDirectory { .. }), "{error}");
    assert!(is_empty(&real));
}

#[tokio::test]
async fn nobody_connects_into_an_insecure_directory() {
    let (home, other) = (directory(), directory());
    let alice = serve("alice", &home).await;
    let _bob = serve("bob", &other).await;
    fs::set_permissions(other.path(), Permissions::from_mode(0o722)).unwrap();
    let error = alice.connect_to(at("bob", other.path())).await.unwrap_err();
    assert!(matches!(error, Error::InsecureDirectory { .. }), "{error}");
}

#[tokio::test]
async fn a_path_that_no_socket_can_have_is_an_error_before_anything_is_made() {
    let directory = directory();
    let fixed = directory.path().as_os_str().len() + "//b.ipc".len();
    let deep = |len: usize| directory.path().join("d".repeat(len - fixed));
    for len in [108, 109, 200] {
        let error = Endpoint::serve(at("b", &deep(len))).await.map(drop);
        let error = error.unwrap_err();
        assert!(
            matches!(&error, Error::PathTooLong { len: told, limit: 107, path }
                if *told == len && path.ends_with("b.ipc")),
            "{error}"
        );
        assert!(error.to_string().contains("LAHJA_DIR"), "{error}");
    }
    assert!(is_empty(directory.path()));
    Endpoint::serve(at("b", &deep(107)))
        .await
        .expect("107 bytes fit");
}

#[tokio::test]
async fn a_name_that_is_none_is_an_error_before_anything_is_made() {
    let parent = directory();
    let directory = parent.path().join("d");
    for name in ["", ".hidden", "-x", "a/b", "a b", "ä", &"x".repeat(65)] {
        let error = Endpoint::serve(at(name, &directory)).await.map(drop);
        let error = error.unwrap_err();
        assert!(matches!(error, Error::InvalidName(_)), "{name}: {error}");
    }
    assert!(is_empty(parent.path()));
    let error = Endpoint::pair("alice", "a/b").await.map(drop).unwrap_err();
    assert!(error.to_string().contains("a/b"), "{error}");
    let error = Endpoint::pair("alice", "alice")
        .await
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::ConnectionRejected { .. }), "{error}");
}

#[tokio::test]
async fn what_the_system_refuses_is_an_error_that_names_the_path() {
    let directory = directory();
    fs::create_dir(directory.path().join("bob.ipc")).unwrap();
    let error = builder("bob", &directory)
        .serve()
        .await
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    assert!(error.to_string().contains("bob.ipc"), "{error}");
}

#[tokio::test]
async fn the_directory_of_the_config_and_that_of_the_builder_both_hold() {
    let (one, other) = (directory(), directory());
    let config = ConnectionConfig::from_name_in("bob", one.path());
    assert_eq!(config.name(), "bob");
    let _bob = Endpoint::serve(&config).await.unwrap();
    let alice = Endpoint::builder(String::from("alice")).directory(other.path());
    let alice = alice.serve().await.unwrap();
    assert!(other.path().join("alice.ipc").exists());
    alice.connect_to(config).await.unwrap();
}
