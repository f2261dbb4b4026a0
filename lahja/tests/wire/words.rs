//! The page in words against the vectors and the constants: what it says is what holds.

use std::fs;

use lahja::wire::{Cancel, DEFAULT_MAX_FRAME_LEN, Frame, FrameBody, MAX_FRAME_LEN_BEFORE_HELLO};
use serde_json::Value;

use crate::support::hex::{from_hex, from_json, to_hex};
use crate::support::vectors::{PROTO, load};
use crate::support::{codec, decode_all, encoded, meaning};

fn page() -> String {
    let path = format!("{PROTO}/README.md");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// A section of the page, from its heading to the next.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, from_heading) = page
        .split_once(&format!("\n## {heading}\n"))
        .expect(heading);
    from_heading.split("\n## ").next().unwrap()
}

fn session() -> Vec<Value> {
    let steps = load("session.json");
    steps.as_array().expect("a list of steps").clone()
}

/// What a Broadcast of the session costs its sender.
fn cost(step: usize) -> usize {
    from_json(&session()[step - 1]["bytes"]).len() - 4 + 64
}

#[test]
fn each_step_of_the_session_is_one_frame_with_the_stated_meaning() {
    for step in session() {
        let bytes = from_json(&step["bytes"]);
        let expected = meaning::frame(&step["frame"]);
        let (frames, end) = decode_all(&mut codec(65_536), &mut bytes.as_slice().into());
        assert!(end.is_ok(), "{step}: {end:?}");
        assert_eq!(frames, std::slice::from_ref(&expected), "{step}");
        assert_eq!(to_hex(&encoded(&[expected])), to_hex(&bytes), "{step}");
    }
}

#[test]
fn the_dump_on_the_page_is_the_session() {
    let page = page();
    let dump = section(&page, "A whole session, byte by byte");
    let shown: String = dump
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(bytes, _)| bytes.replace(' ', ""))
        .collect();
    let steps: Vec<u8> = session()
        .iter()
        .flat_map(|step| from_json(&step["bytes"]))
        .collect();
    assert_eq!(from_hex(&shown), steps);
}

#[test]
fn the_type_ids_on_the_page_are_those_of_the_vectors() {
    let page = page();
    let names = section(&page, "Names and type IDs");
    let rows: Vec<_> = names
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .strip_suffix("` |")?
                .split_once("` | `")
        })
        .collect();
    assert!(rows.len() >= 7, "{rows:?}");
    for (name, id) in rows {
        assert_eq!(lahja::TypeId::of(name).to_string(), id, "{name}");
    }
}

#[test]
fn the_worked_numbers_of_flow_control_follow_from_the_session() {
    let event = cost(7);
    assert_eq!(event, 87);
    let credit = &session()[9]["frame"]["credit"]["grants"][0]["bytes"];
    assert_eq!(
        *credit,
        cost(8).to_string(),
        "step 10 grants what step 8 cost"
    );

    let window = 1024 * 1024;
    let sent = window / event + 1;
    let granted = (window / 2).div_ceil(event);
    let (over, owed) = (sent * event - window, granted * event);
    assert_eq!((sent, over, granted, owed), (12_053, 35, 6_027, 524_349));

    let page = page();
    let text = section(&page, "Flow control").replace('\n', " ");
    for figure in [
        "costs 87",
        "12,053 such events",
        "overdraws by 35",
        "6,027 events",
        "524,349 bytes",
    ] {
        assert!(text.contains(figure), "the page does not say {figure:?}");
    }
}

#[test]
fn the_frame_that_explains_framing_is_what_it_is_said_to_be() {
    const SHOWN: &str = "04 00 00 00   42 02 08 01";
    assert!(section(&page(), "Frames").contains(&format!(
        "{SHOWN}        N = 4, Frame {{ cancel {{ request_id: 1 }} }}"
    )));
    let bytes = from_hex(&SHOWN.replace(' ', ""));
    let (frames, end) = decode_all(&mut codec(65_536), &mut bytes.as_slice().into());
    assert!(end.is_ok(), "{end:?}");
    let cancel = Some(FrameBody::Cancel(Cancel { request_id: 1 }));
    assert_eq!(frames, [Frame { body: cancel }]);
}

#[test]
fn the_limits_on_the_page_are_those_of_the_crate() {
    let page = page();
    let limits = section(&page, "Limits");
    assert!(limits.contains("least `max_frame_len` | 64 KiB |"));
    assert_eq!(MAX_FRAME_LEN_BEFORE_HELLO, 64 << 10);
    assert!(limits.contains("| frame | 16 MiB |"));
    assert_eq!(DEFAULT_MAX_FRAME_LEN, 16 << 20);
}
