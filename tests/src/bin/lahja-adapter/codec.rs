//! The commands about bytes and what they mean.

use bytes::BytesMut;
use lahja::TypeId;
use lahja::wire::{
    Broadcast, Frame, FrameCodec, GoodbyeReason, PayloadError, WireError, check_endpoint_name,
    check_event_name, compress,
};
use lahja_tests::conformance::{Decoded, Kind, frame_from_json, frame_to_json, to_hex};
use serde_json::{Value, json};
use tokio_util::codec::{Decoder, Encoder};

use crate::answer::{Answer, Problem};
use crate::command::Command;

const COMMANDS: [&str; 11] = [
    "about",
    "type_id",
    "endpoint_name",
    "event_name",
    "decode_frames",
    "encode_frames",
    "decompress",
    "compress",
    "describe",
    "decode_event",
    "encode_event",
];

/// Whether a command is one of these.
pub(crate) fn knows(command: &Command) -> bool {
    COMMANDS.contains(&command.name())
}

pub(crate) fn obey(command: &Command) -> Result<Answer, Problem> {
    let answer = match command.name() {
        "about" => about(),
        "type_id" => type_id(command),
        "endpoint_name" => named(command, |name| check_endpoint_name(name).is_ok()),
        "event_name" => named(command, |name| check_event_name(name).is_ok()),
        "decode_frames" => decode_frames(command),
        "encode_frames" => encode_frames(command),
        "decompress" => decompress(command),
        "compress" => compressed(command),
        "describe" => describe(command),
        "decode_event" => decode_event(command),
        "encode_event" => encode_event(command),
        other => Err(format!("no command: {other}")),
    };
    Ok(Answer::Done(answer?))
}

type Done = Result<Value, String>;

fn about() -> Done {
    let version = env!("CARGO_PKG_VERSION");
    Ok(json!({ "language": "Rust", "version": version, "compressions": [0, 1] }))
}

fn type_id(command: &Command) -> Done {
    let name: String = command.get("name")?;
    Ok(json!({ "type_id": TypeId::of(&name).to_string() }))
}

fn named(command: &Command, is_valid: fn(&str) -> bool) -> Done {
    let name: String = command.get("name")?;
    Ok(json!({ "valid": is_valid(&name) }))
}

fn decode_frames(command: &Command) -> Done {
    let limit = command.size("limit")?.ok_or("a limit is missing")?;
    let mut codec = FrameCodec::new();
    codec.set_max_recv_len(limit);
    let mut buffer = BytesMut::from(&command.bytes("bytes")?[..]);
    let mut frames = Vec::new();
    let end = loop {
        match codec.decode_eof(&mut buffer) {
            Ok(Some(frame)) => frames.push(frame_to_json(&frame)),
            Ok(None) => break "ok".to_owned(),
            Err(error) => break verdict(&error)?,
        }
    };
    Ok(json!({ "frames": frames, "verdict": end }))
}

fn verdict(error: &WireError) -> Result<String, String> {
    let verdict = match error.reason() {
        _ if matches!(error, WireError::UnexpectedEof { .. }) => "incomplete",
        GoodbyeReason::FrameTooLarge => "frame_too_large",
        GoodbyeReason::ProtocolError => "protocol_error",
        _ => return Err(error.to_string()),
    };
    Ok(verdict.to_owned())
}

fn encode_frames(command: &Command) -> Done {
    let mut codec = FrameCodec::new();
    codec.set_max_send_len(u32::MAX as usize);
    let mut out = BytesMut::new();
    let frames = command
        .json("frames")
        .as_array()
        .ok_or("frames are a list")?;
    for frame in frames {
        let frame: Frame = frame_from_json(frame)?;
        codec
            .encode(frame, &mut out)
            .map_err(|error| error.to_string())?;
    }
    Ok(json!({ "bytes": to_hex(&out) }))
}

fn decompress(command: &Command) -> Done {
    let broadcast = Broadcast {
        compression: command.get("compression")?,
        payload: command.bytes("bytes")?.into(),
        ..Broadcast::default()
    };
    let limit = command.size("limit")?.ok_or("a limit is missing")?;
    let verdict = match broadcast.uncompressed(limit) {
        Ok(payload) => return Ok(json!({ "verdict": "ok", "payload": to_hex(&payload) })),
        Err(PayloadError::TooLarge { .. }) => "too_large",
        Err(PayloadError::Corrupt(_)) => "corrupt",
        Err(PayloadError::UnknownCompression(_)) => "unknown_compression",
        Err(other) => return Err(other.to_string()),
    };
    Ok(json!({ "verdict": verdict }))
}

fn compressed(command: &Command) -> Done {
    let block = compress(&command.bytes("payload")?).map_err(|error| error.to_string())?;
    Ok(json!({ "bytes": to_hex(&block) }))
}

fn kind(command: &Command) -> Result<Kind, String> {
    let name: String = command.get("type")?;
    Kind::named(&name)
}

fn describe(command: &Command) -> Done {
    let kind = kind(command)?;
    Ok(json!({ "type_id": kind.type_id.to_string(), "response": kind.response }))
}

fn decode_event(command: &Command) -> Done {
    let bytes = command.bytes("bytes")?;
    Ok(match (kind(command)?.decode)(&bytes) {
        Ok(Decoded { value, again }) => {
            json!({ "verdict": "ok", "value": value, "again": to_hex(&again) })
        }
        Err(_) => json!({ "verdict": "malformed" }),
    })
}

fn encode_event(command: &Command) -> Done {
    let bytes = (kind(command)?.encode)(command.json("value"))?;
    Ok(json!({ "bytes": to_hex(&bytes) }))
}
