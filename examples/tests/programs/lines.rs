//! What the examples print.

use crate::support::Scene;

const PING_PONG: &str = env!("CARGO_BIN_EXE_inter_process_ping_pong");
const REQUEST_API: &str = env!("CARGO_BIN_EXE_request_api");
const CHAT: &str = env!("CARGO_BIN_EXE_chat");
const MISTAKES: &str = env!("CARGO_BIN_EXE_mistakes");
const EXPORT: &str = env!("CARGO_BIN_EXE_export");

#[tokio::test]
async fn ping_pong_prints_what_happens_in_both_processes() {
    let lines = Scene::new().lines(PING_PONG, &[]).await;
    for (line, times) in [
        ("Hello from proc1", 3),
        ("Hello from proc2", 3),
        ("Received via SUBSCRIBE API in proc1: Hit from proc2 (", 3),
        ("Received via SUBSCRIBE API in proc2: Hit from proc1 (", 3),
        ("Received via STREAM API in proc2: Hit from proc1 (", 3),
        ("Receiving own event: Hit from proc1 (", 3),
    ] {
        let found = lines.iter().filter(|found| found.starts_with(line)).count();
        assert_eq!(found, times, "{line}, of:\n{}", lines.join("\n"));
    }
    assert_eq!(lines.len(), 18, "nothing else:\n{}", lines.join("\n"));
}

#[tokio::test]
async fn ping_pong_delivers_every_hit_in_order_to_each_subscriber() {
    let lines = Scene::new().lines(PING_PONG, &[]).await;
    let hits = |api: &str| -> Vec<&str> {
        let lines = lines.iter().filter(|line| line.starts_with(api));
        let hits = lines.filter_map(|line| line.split_once("Hit from proc1 "));
        hits.map(|(_, time)| time).collect()
    };
    let own = hits("Receiving own event");
    assert!(own.is_sorted(), "{own:?}");
    assert_eq!(hits("Received via SUBSCRIBE API in proc2"), own);
    assert_eq!(hits("Received via STREAM API in proc2"), own);
}

#[tokio::test]
async fn request_api_gets_three_answers() {
    let lines = Scene::new().lines(REQUEST_API, &[]).await;
    assert_eq!(lines, ["Requesting", "Got answer: Yay"].repeat(3));
}

#[tokio::test]
async fn examples_that_run_at_the_same_time_keep_apart() {
    let scene = Scene::new();
    let run = || scene.run(REQUEST_API, &[]);
    let (one, other) = tokio::join!(run(), run());
    assert_eq!(one, other);
    scene.assert_empty();
}

#[tokio::test]
async fn the_room_and_its_guest_understand_each_other() {
    let lines = Scene::new().lines(CHAT, &[]).await;
    let room = ["guest posts: Hello!", "guest posts: Is anybody there?"];
    let guest = [
        "guest hears guest: Hello!",
        "guest hears guest: Is anybody there?",
        "guest looks back at 2 messages",
    ];
    let (in_room, in_guest): (Vec<_>, Vec<_>) = lines
        .iter()
        .map(String::as_str)
        .partition(|line| line.starts_with("guest posts"));
    assert_eq!(in_room, room);
    assert_eq!(in_guest, guest);
}

#[tokio::test]
async fn each_mistake_gets_an_error_that_names_what_it_is_about() {
    let lines = Scene::new().lines(MISTAKES, &[]).await;
    assert_eq!(
        lines,
        [
            "a request without a subscriber: nobody subscribes to mistakes.v1.GetTime: \
             connect to an endpoint that does, or wait for one with \
             `BroadcastConfig::wait_for_subscriber`",
            "an answer of another type: bob answered with type 0x3d642fd21da67c27 where \
             mistakes.v1.Time was expected",
            "a handler that fails: the handler of mistakes.v1.GetTime at bob failed: \
             the clock is broken",
            "an answer that does not come: mistakes.v1.GetTime at bob: not within 100ms",
            "a name with a space: the endpoint name \"no such name\" contains ' ': \
             it is 1 to 64 characters of A-Z a-z 0-9 . _ - of which the first is neither . nor -",
        ]
    );
}

#[tokio::test]
async fn each_example_says_how_it_is_called() {
    for program in [PING_PONG, REQUEST_API, CHAT, MISTAKES] {
        let lines = Scene::new().lines(program, &["--help"]).await;
        let usage = lines.iter().any(|line| line.starts_with("usage: "));
        assert!(usage, "{program}:\n{}", lines.join("\n"));
    }
}

#[tokio::test]
async fn unknown_arguments_are_told_and_nothing_runs() {
    for program in [PING_PONG, REQUEST_API, CHAT, MISTAKES] {
        let scene = Scene::new();
        let output = scene
            .command(program, &["--frever"])
            .output()
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{program}");
        assert!(output.stdout.is_empty(), "{program}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("--frever"), "{told}");
    }
}

#[tokio::test]
async fn export_writes_what_it_names() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().to_str().expect("it has a plain name");
    let lines = Scene::new().lines(EXPORT, &[path]).await;
    let names = [
        "lahja.proto",
        "request_api.proto",
        "weather/v1/events.proto",
    ];
    assert_eq!(lines, names.map(|name| format!("{path}/{name}")));

    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_eq!(
        read("request_api.proto"),
        include_str!("../../proto/request_api.proto")
    );
    assert!(read("weather/v1/events.proto").contains("response: \"Weather\""));
}
