//! Stories of two links, told frame by frame in virtual time.

mod pair;
mod side;
mod trace;

mod closing;
mod crash;
mod crossing;
mod flow;
mod hostile;
mod matrix;
mod opening;
mod payloads;
mod random;
mod renewal;
mod requests;
mod stall;
mod subscriptions;
mod unread;

use bytes::Bytes;

use super::outgoing::Payload;
use super::{LinkSettings, Outgoing};
use crate::wire::{EventType, TypeId};
use std::time::Duration;

/// Said or heard: not a word.
const NOTHING: [&str; 0] = [];

/// The default limits, but for a drain deadline that differs from the one of getting ready.
fn settings() -> LinkSettings {
    LinkSettings {
        unwritten_events: 1024 * 1024,
        unwritten_control: 32 * 1024 * 1024,
        ready_within: Duration::from_secs(5),
        drain: Duration::from_secs(7),
        peer_max_frame_len: 16 * 1024 * 1024,
        peer_takes_snappy: true,
    }
}

fn id(name: &str) -> TypeId {
    TypeId::of(name)
}

fn event_type(name: &str, window: u64) -> EventType {
    EventType {
        id: id(name).get(),
        name: name.to_owned(),
        window,
    }
}

/// An event of the type `name`. With a payload of `n` bytes, up to 100, it costs 77 + `n`.
fn event(name: &str, payload: &str) -> Outgoing {
    Outgoing {
        type_id: id(name),
        payload: Payload {
            plain: Bytes::copy_from_slice(payload.as_bytes()),
            snappy: None,
        },
        headers: None,
        request_id: 0,
        response_to: 0,
    }
}

fn request(name: &str, payload: &str, request_id: u64) -> Outgoing {
    Outgoing {
        request_id,
        ..event(name, payload)
    }
}

fn answer(name: &str, payload: &str, response_to: u64) -> Outgoing {
    Outgoing {
        response_to,
        ..event(name, payload)
    }
}
