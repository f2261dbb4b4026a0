//! Reads the .json files of `proto/vectors`, and never writes them.

use std::fs;
use std::path::Path;

use lahja::wire::{DEFAULT_MAX_FRAME_LEN, Frame, GoodbyeReason};
use serde_json::Value;

use super::{hex, meaning};

pub(crate) const PROTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../proto");

/// Bytes as they arrive, the frames in them, and how it ends.
pub(crate) struct Stream {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) limit: usize,
    pub(crate) verdict: Verdict,
    pub(crate) is_canonical: bool,
    pub(crate) breaks: Option<GoodbyeReason>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    Complete,
    Incomplete,
    Refused(GoodbyeReason),
}

/// All vectors of the kind `streams`, whatever their file.
pub(crate) fn streams() -> Vec<Stream> {
    let mut files: Vec<_> = fs::read_dir(Path::new(PROTO).join("vectors"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| parse(file))
        .filter(|content| content["kind"] == "streams")
        .flat_map(|content| content["streams"].as_array().unwrap().clone())
        .map(|vector| stream(&vector))
        .collect()
}

/// What the file `name` holds under its kind.
pub(crate) fn load(name: &str) -> Value {
    let mut content = parse(&Path::new(PROTO).join("vectors").join(name));
    let kind = content["kind"].as_str().unwrap().to_owned();
    content[&kind].take()
}

fn parse(file: &Path) -> Value {
    let text = fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{} is no JSON: {error}", file.display()))
}

fn stream(vector: &Value) -> Stream {
    let name = vector["name"].as_str().unwrap().to_owned();
    let frames = vector["frames"].as_array().unwrap();
    Stream {
        bytes: hex::from_json(&vector["bytes"]),
        frames: frames.iter().map(meaning::frame).collect(),
        limit: vector["limit"]
            .as_u64()
            .map_or(DEFAULT_MAX_FRAME_LEN, |limit| limit as usize),
        verdict: verdict(vector["verdict"].as_str().unwrap()),
        is_canonical: vector["canonical"].as_bool().unwrap(),
        breaks: vector["breaks"].as_str().map(reason),
        name,
    }
}

fn verdict(word: &str) -> Verdict {
    match word {
        "ok" => Verdict::Complete,
        "incomplete" => Verdict::Incomplete,
        refused => Verdict::Refused(reason(refused)),
    }
}

fn reason(word: &str) -> GoodbyeReason {
    match word {
        "protocol_error" => GoodbyeReason::ProtocolError,
        "frame_too_large" => GoodbyeReason::FrameTooLarge,
        other => panic!("no verdict: {other}"),
    }
}
