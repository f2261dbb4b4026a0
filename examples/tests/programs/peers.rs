//! Peers in other languages, with the chat room.

use tokio::io::AsyncReadExt;

use crate::support::{Scene, in_time, interrupt, printed_by, wait_for_line};

const CHAT: &str = env!("CARGO_BIN_EXE_chat");
const MINIMAL_PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/minimal_peer.py");

#[tokio::test]
async fn the_minimal_peer_posts_hears_its_post_and_reads_the_history() {
    let scene = Scene::new();
    require_python(&scene).await;
    let mut room = scene.start(CHAT, &["--serve"]);
    let mut printed = printed_by(&mut room);
    wait_for_line(&mut printed, "chat-room is open", 1).await;

    let first = scene.run("python3", &[MINIMAL_PEER]).await;
    let heard = "heard    minimal-peer: hello";
    assert_eq!(first, [heard, "history  minimal-peer: hello"]);
    let second = scene
        .run("python3", &[MINIMAL_PEER, "--text", "Grüße"])
        .await;
    assert_eq!(
        second,
        [
            "heard    minimal-peer: Grüße",
            "history  minimal-peer: hello",
            "history  minimal-peer: Grüße",
        ]
    );

    interrupt(&room);
    let status = in_time(room.wait()).await.unwrap();
    assert!(status.success(), "{status}");
    let mut rest = String::new();
    in_time(printed.read_to_string(&mut rest)).await.unwrap();
    assert_eq!(
        rest,
        "minimal-peer posts: hello\nminimal-peer posts: Grüße\n"
    );
}

async fn require_python(scene: &Scene) {
    let found = scene.command("python3", &["--version"]).output().await;
    found.expect("this test needs Python: no python3 can be run");
}
