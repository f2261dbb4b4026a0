//! Frames in JSON: the fields of `lahja_wire.proto` by name, defaults left out, 64-bit numbers as
//! strings, enums as numbers, bytes in hex.

use std::collections::BTreeMap;

use bytes::Bytes;
use lahja::wire::{
    Broadcast, Cancel, Credit, EventType, Failure, Frame, FrameBody, Goodbye, Grant, Hello,
    Subscriptions, SubscriptionsAck,
};
use serde_json::{Map, Value};

use super::hex;

pub(crate) fn frame(json: &Value) -> Frame {
    let mut fields = Fields::of(json);
    let body = fields.0.keys().next().cloned().map(|kind| {
        let content = Fields::of(&fields.take(&kind));
        body(&kind, content)
    });
    fields.finish();
    Frame { body }
}

fn body(kind: &str, mut fields: Fields) -> FrameBody {
    let body = match kind {
        "hello" => FrameBody::Hello(hello(&mut fields)),
        "subscriptions" => FrameBody::Subscriptions(subscriptions(&mut fields)),
        "subscriptions_ack" => FrameBody::SubscriptionsAck(SubscriptionsAck {
            revision: fields.u64("revision"),
        }),
        "broadcast" => FrameBody::Broadcast(broadcast(&mut fields)),
        "failure" => FrameBody::Failure(failure(&mut fields)),
        "goodbye" => FrameBody::Goodbye(goodbye(&mut fields)),
        "credit" => FrameBody::Credit(Credit {
            grants: fields.list("grants", grant),
        }),
        "cancel" => FrameBody::Cancel(Cancel {
            request_id: fields.u64("request_id"),
        }),
        other => panic!("no kind of frame: {other}"),
    };
    fields.finish();
    body
}

fn hello(fields: &mut Fields) -> Hello {
    Hello {
        protocol_version: fields.number("protocol_version"),
        name: fields.text("name"),
        instance: fields.u64("instance"),
        max_frame_len: fields.number("max_frame_len"),
        compressions: fields.list("compressions", number),
        agent: fields.text("agent"),
    }
}

fn subscriptions(fields: &mut Fields) -> Subscriptions {
    Subscriptions {
        revision: fields.u64("revision"),
        added: fields.list("added", event_type),
        removed: fields.list("removed", u64_of),
        more: fields.take("more").as_bool().unwrap_or_default(),
    }
}

fn event_type(json: &Value) -> EventType {
    let mut fields = Fields::of(json);
    let event_type = EventType {
        id: fields.u64("id"),
        name: fields.text("name"),
        window: fields.u64("window"),
    };
    fields.finish();
    event_type
}

fn broadcast(fields: &mut Fields) -> Broadcast {
    Broadcast {
        type_id: fields.u64("type_id"),
        payload: fields.bytes("payload"),
        compression: fields.number("compression"),
        request_id: fields.u64("request_id"),
        response_to: fields.u64("response_to"),
        headers: fields.texts("headers"),
        missed: fields.u64("missed"),
    }
}

fn failure(fields: &mut Fields) -> Failure {
    Failure {
        response_to: fields.u64("response_to"),
        code: fields.number("code"),
        message: fields.text("message"),
    }
}

fn goodbye(fields: &mut Fields) -> Goodbye {
    Goodbye {
        reason: fields.number("reason"),
        message: fields.text("message"),
    }
}

fn grant(json: &Value) -> Grant {
    let mut fields = Fields::of(json);
    let grant = Grant {
        type_id: fields.u64("type_id"),
        bytes: fields.u64("bytes"),
    };
    fields.finish();
    grant
}

/// The fields of one message, each taken once, so that a misspelt one is noticed.
struct Fields(Map<String, Value>);

impl Fields {
    fn of(json: &Value) -> Self {
        Self(json.as_object().expect("a message is an object").clone())
    }

    fn take(&mut self, name: &str) -> Value {
        self.0.remove(name).unwrap_or_default()
    }

    fn finish(self) {
        assert!(self.0.is_empty(), "unknown fields: {:?}", self.0);
    }

    fn number<T: TryFrom<i64, Error: std::fmt::Debug> + Default>(&mut self, name: &str) -> T {
        match self.take(name) {
            Value::Null => T::default(),
            given => number(&given),
        }
    }

    fn u64(&mut self, name: &str) -> u64 {
        match self.take(name) {
            Value::Null => 0,
            given => u64_of(&given),
        }
    }

    fn text(&mut self, name: &str) -> String {
        match self.take(name) {
            Value::Null => String::new(),
            given => given.as_str().unwrap().to_owned(),
        }
    }

    fn texts(&mut self, name: &str) -> BTreeMap<String, String> {
        let map = self.take(name);
        let pairs = map.as_object().into_iter().flatten();
        pairs
            .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
            .collect()
    }

    fn bytes(&mut self, name: &str) -> Bytes {
        match self.take(name) {
            Value::Null => Bytes::new(),
            given => hex::from_json(&given).into(),
        }
    }

    fn list<T>(&mut self, name: &str, item: impl Fn(&Value) -> T) -> Vec<T> {
        let list = self.take(name);
        list.as_array().into_iter().flatten().map(item).collect()
    }
}

fn number<T: TryFrom<i64, Error: std::fmt::Debug>>(json: &Value) -> T {
    T::try_from(json.as_i64().unwrap()).unwrap()
}

fn u64_of(json: &Value) -> u64 {
    let digits = json.as_str().expect("64-bit numbers are strings");
    match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
        None => digits.parse().unwrap(),
    }
}
