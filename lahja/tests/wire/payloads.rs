//! The vectors of payloads, names and type IDs.

use bytes::Bytes;
use lahja::TypeId;
use lahja::wire::{Broadcast, PayloadError, check_endpoint_name, check_event_name};
use serde_json::Value;

use crate::support::hex;
use crate::support::vectors::load;

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().expect("a list of vectors").iter()
}

fn verdict(outcome: &Result<Bytes, PayloadError>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(PayloadError::TooLarge { .. }) => "too_large",
        Err(PayloadError::Corrupt(_)) => "corrupt",
        Err(PayloadError::UnknownCompression(_)) => "unknown_compression",
        Err(other) => panic!("an error without a word in the vectors: {other}"),
    }
}

#[test]
fn every_payload_is_judged_and_uncompressed_as_its_vector_says() {
    for vector in list(&load("payloads.json")) {
        let broadcast = Broadcast {
            compression: vector["compression"].as_i64().unwrap() as i32,
            payload: hex::from_json(&vector["bytes"]).into(),
            ..Broadcast::default()
        };
        let outcome = broadcast.uncompressed(vector["limit"].as_u64().unwrap() as usize);
        let name = &vector["name"];
        assert_eq!(verdict(&outcome), vector["verdict"], "{name}");
        if let Ok(payload) = outcome {
            assert!(
                payload == hex::from_json(&vector["payload"]),
                "{name}: {payload:x?}"
            );
        }
    }
}

#[test]
fn every_name_is_judged_as_its_vector_says() {
    let names = load("names.json");
    for (kind, check) in [
        ("endpoint", check_endpoint_name as fn(&str) -> _),
        ("event", check_event_name),
    ] {
        for (verdict, is_valid) in [("valid", true), ("invalid", false)] {
            for name in list(&names[kind][verdict]) {
                let checked = check(name.as_str().unwrap());
                assert_eq!(
                    checked.is_ok(),
                    is_valid,
                    "{verdict} {kind} {name}: {checked:?}"
                );
            }
        }
    }
}

#[test]
fn every_name_has_the_type_id_of_its_vector() {
    for vector in list(&load("type_ids.json")) {
        let id = TypeId::of(vector["name"].as_str().unwrap());
        assert_eq!(id.to_string(), vector["type_id"], "{}", vector["name"]);
    }
}
