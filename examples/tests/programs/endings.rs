//! How the examples end when somebody ends them.

use lahja::ConnectionConfig;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::process::ChildStdout;

use crate::support::{Scene, in_time, interrupt, printed_by, wait_for_line};

const PING_PONG: &str = env!("CARGO_BIN_EXE_inter_process_ping_pong");
const CHAT: &str = env!("CARGO_BIN_EXE_chat");

#[tokio::test]
async fn forever_goes_on_until_it_is_interrupted_and_leaves_nothing_behind() {
    let scene = Scene::new();
    let mut example = scene.start(PING_PONG, &["--forever"]);
    let mut printed = printed_by(&mut example);
    wait_for_line(&mut printed, "Hello from proc1", 5).await;

    interrupt(&example);
    let status = in_time(example.wait()).await.unwrap();
    assert!(status.success(), "{status}");
    assert_ended(printed).await;
    scene.assert_empty();
}

#[tokio::test]
async fn processes_do_not_outlive_a_parent_that_is_killed() {
    let scene = Scene::new();
    let mut example = scene.start(PING_PONG, &["--forever"]);
    let mut printed = printed_by(&mut example);
    wait_for_line(&mut printed, "Received via SUBSCRIBE API in proc1", 1).await;

    example.kill().await.unwrap();
    assert_ended(printed).await;
}

#[tokio::test]
async fn an_open_room_closes_when_it_is_interrupted() {
    let scene = Scene::new();
    let mut command = scene.command(CHAT, &["--serve"]);
    let mut room = command.env("LAHJA_DIR", scene.path()).spawn().unwrap();
    let mut printed = printed_by(&mut room);
    wait_for_line(&mut printed, "chat-room is open", 1).await;

    interrupt(&room);
    let status = in_time(room.wait()).await.unwrap();
    assert!(status.success(), "{status}");
    let place = ConnectionConfig::from_name_in("chat-room", scene.path());
    let next = lahja::Endpoint::serve(place)
        .await
        .expect("the name is free");
    next.stop().await;
}

/// All processes share the parent's output: it ends when the last of them does.
async fn assert_ended(mut printed: BufReader<ChildStdout>) {
    let mut rest = String::new();
    let read = in_time(printed.read_to_string(&mut rest)).await;
    read.expect("text");
}
