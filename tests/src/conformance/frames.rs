//! Frames in JSON, in the notation of the vectors.

use lahja::wire::{
    Broadcast, Cancel, Credit, EventType, Failure, Frame, FrameBody, Goodbye, Grant, Hello,
    Subscriptions, SubscriptionsAck,
};
use serde_json::{Value, json};

use super::field::message;
use super::{Fields, Item};

message!(Hello {
    protocol_version,
    name,
    instance,
    max_frame_len,
    compressions,
    agent
});
message!(EventType { id, name, window });
message!(Subscriptions {
    revision,
    added,
    removed,
    more
});
message!(SubscriptionsAck { revision });
message!(Broadcast {
    type_id,
    payload,
    compression,
    request_id,
    response_to,
    headers,
    missed
});
message!(Failure {
    response_to,
    code,
    message
});
message!(Goodbye { reason, message });
message!(Grant { type_id, bytes });
message!(Credit { grants });
message!(Cancel { request_id });

/// A frame in JSON.
#[must_use]
pub fn frame_to_json(frame: &Frame) -> Value {
    match &frame.body {
        None => json!({}),
        Some(FrameBody::Hello(body)) => json!({ "hello": body.to_json() }),
        Some(FrameBody::Subscriptions(body)) => json!({ "subscriptions": body.to_json() }),
        Some(FrameBody::SubscriptionsAck(body)) => json!({ "subscriptions_ack": body.to_json() }),
        Some(FrameBody::Broadcast(body)) => json!({ "broadcast": body.to_json() }),
        Some(FrameBody::Failure(body)) => json!({ "failure": body.to_json() }),
        Some(FrameBody::Goodbye(body)) => json!({ "goodbye": body.to_json() }),
        Some(FrameBody::Credit(body)) => json!({ "credit": body.to_json() }),
        Some(FrameBody::Cancel(body)) => json!({ "cancel": body.to_json() }),
    }
}

/// A frame from JSON.
///
/// # Errors
///
/// If it is none.
pub fn frame_from_json(json: &Value) -> Result<Frame, String> {
    let mut fields = Fields::of(json)?;
    let body = fields.take_any().map(read_body).transpose()?;
    fields.finish()?;
    Ok(Frame { body })
}

fn read_body((name, json): (String, Value)) -> Result<FrameBody, String> {
    Ok(match &*name {
        "hello" => FrameBody::Hello(Item::from_json(&json)?),
        "subscriptions" => FrameBody::Subscriptions(Item::from_json(&json)?),
        "subscriptions_ack" => FrameBody::SubscriptionsAck(Item::from_json(&json)?),
        "broadcast" => FrameBody::Broadcast(Item::from_json(&json)?),
        "failure" => FrameBody::Failure(Item::from_json(&json)?),
        "goodbye" => FrameBody::Goodbye(Item::from_json(&json)?),
        "credit" => FrameBody::Credit(Item::from_json(&json)?),
        "cancel" => FrameBody::Cancel(Item::from_json(&json)?),
        other => return Err(format!("{other} is no kind of frame")),
    })
}
