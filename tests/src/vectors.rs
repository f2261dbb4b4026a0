//! The vectors of `proto/vectors`, as bytes to send.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Bytes that a receiver must refuse.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What is wrong with them.
    pub name: String,
    /// What to send.
    pub bytes: Vec<u8>,
    /// The receiver's frame limit, in bytes.
    pub limit: usize,
    /// The kinds of frames that a decoder finds in them, by their field of `Frame`.
    pub kinds: Vec<String>,
    /// The reason of the `Goodbye`: `protocol_error` or `frame_too_large`.
    pub reason: String,
}

/// The vectors of one file that are to be refused.
///
/// # Panics
///
/// If the file is not as `proto/README.md` says.
#[must_use]
pub fn refused(file: &str) -> Vec<Refused> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../proto/vectors")
        .join(file);
    let text = fs::read_to_string(&path).expect("a file of vectors");
    let content: Value = serde_json::from_str(&text).expect("JSON");
    let streams = content["streams"].as_array().expect("a list of streams");
    streams.iter().filter_map(read).collect()
}

fn read(vector: &Value) -> Option<Refused> {
    let verdict = vector["verdict"].as_str().expect("a verdict");
    let reason = match verdict {
        "ok" | "incomplete" => vector["breaks"].as_str()?,
        refused => refused,
    };
    Some(Refused {
        name: vector["name"].as_str().expect("a name").to_owned(),
        bytes: bytes(&vector["bytes"]),
        limit: vector["limit"]
            .as_u64()
            .map_or(16 << 20, |limit| limit as usize),
        kinds: kinds(&vector["frames"]),
        reason: reason.to_owned(),
    })
}

fn kinds(frames: &Value) -> Vec<String> {
    let frames = frames.as_array().expect("a list of frames").iter();
    let bodies = frames.filter_map(Value::as_object);
    bodies.flat_map(|body| body.keys().cloned()).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(digits) => from_hex(digits),
        Value::Array(pieces) => pieces.iter().flat_map(bytes).collect(),
        run => {
            let times = run["times"].as_u64().expect("a number of repetitions");
            bytes(&run["repeat"]).repeat(usize::try_from(times).expect("a sane number"))
        }
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits"))
        .collect()
}
