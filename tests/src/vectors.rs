//! The vectors of `proto/vectors`, as bytes to send.

use std::fs;
use std::path::{Path, PathBuf};

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
    let content = load(&folder().join(file));
    let streams = content["streams"].as_array().expect("a list of streams");
    streams.iter().filter_map(read).collect()
}

/// The bytes of a message of `conformance.proto`, and what they mean.
#[derive(Clone, Debug)]
pub struct Message {
    /// What is special about them.
    pub name: String,
    /// The message's full name.
    pub kind: String,
    /// The message, encoded.
    pub bytes: Vec<u8>,
    /// What it means; `None` where it is none.
    pub value: Option<Value>,
    /// Whether these are the bytes that an encoder gives for the value.
    pub is_canonical: bool,
}

/// All vectors of the kind `messages`.
///
/// # Panics
///
/// If a file is not as `proto/README.md` says.
#[must_use]
pub fn messages() -> Vec<Message> {
    let entries = fs::read_dir(folder()).expect("the folder of the vectors");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let files = paths.filter(|path| path.extension().is_some_and(|is| is == "json"));
    let contents = files.map(|file| load(&file));
    let of_kind = contents.filter(|content| content["kind"] == "messages");
    of_kind
        .flat_map(|content| content["messages"].as_array().expect("a list").clone())
        .map(|vector| message(&vector))
        .collect()
}

fn message(vector: &Value) -> Message {
    let text = |field: &str| vector[field].as_str().expect(field).to_owned();
    let value = match vector["verdict"].as_str() {
        Some("ok") => Some(vector["value"].clone()),
        Some("malformed") => None,
        other => panic!("no verdict: {other:?}"),
    };
    Message {
        name: text("name"),
        kind: text("type"),
        bytes: bytes(&vector["bytes"]),
        value,
        is_canonical: vector["canonical"].as_bool().expect("canonical"),
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/vectors")
}

fn load(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a file of vectors");
    serde_json::from_str(&text).expect("JSON")
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
