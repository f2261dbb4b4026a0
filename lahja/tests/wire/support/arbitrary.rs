//! Random frames: every kind, every field, defaults and extremes among the values.

use bytes::Bytes;
use lahja::wire::{
    Broadcast, Cancel, Credit, EventType, Failure, Frame, FrameBody, Goodbye, Grant, Hello,
    Subscriptions, SubscriptionsAck,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

pub(crate) fn frame() -> impl Strategy<Value = Frame> {
    let body = prop_oneof![
        hello().prop_map(FrameBody::Hello),
        subscriptions().prop_map(FrameBody::Subscriptions),
        number()
            .prop_map(|revision| { FrameBody::SubscriptionsAck(SubscriptionsAck { revision }) }),
        broadcast().prop_map(FrameBody::Broadcast),
        failure().prop_map(FrameBody::Failure),
        goodbye().prop_map(FrameBody::Goodbye),
        credit().prop_map(FrameBody::Credit),
        number().prop_map(|request_id| FrameBody::Cancel(Cancel { request_id })),
    ];
    option::weighted(0.95, body).prop_map(|body| Frame { body })
}

pub(crate) fn broadcast() -> impl Strategy<Value = Broadcast> {
    let headers = btree_map(text(), text(), 0..4);
    (
        number(),
        payload(),
        choice(),
        number(),
        number(),
        headers,
        number(),
    )
        .prop_map(
            |(type_id, payload, compression, request_id, response_to, headers, missed)| Broadcast {
                type_id,
                payload,
                compression,
                request_id,
                response_to,
                headers,
                missed,
            },
        )
}

fn hello() -> impl Strategy<Value = Hello> {
    (
        any::<u32>(),
        text(),
        number(),
        any::<u32>(),
        vec(choice(), 0..4),
        text(),
    )
        .prop_map(
            |(protocol_version, name, instance, max_frame_len, compressions, agent)| Hello {
                protocol_version,
                name,
                instance,
                max_frame_len,
                compressions,
                agent,
            },
        )
}

fn subscriptions() -> impl Strategy<Value = Subscriptions> {
    let event_type =
        (number(), text(), number()).prop_map(|(id, name, window)| EventType { id, name, window });
    (
        number(),
        vec(event_type, 0..4),
        vec(number(), 0..4),
        any::<bool>(),
    )
        .prop_map(|(revision, added, removed, more)| Subscriptions {
            revision,
            added,
            removed,
            more,
        })
}

fn failure() -> impl Strategy<Value = Failure> {
    (number(), choice(), text()).prop_map(|(response_to, code, message)| Failure {
        response_to,
        code,
        message,
    })
}

fn goodbye() -> impl Strategy<Value = Goodbye> {
    (choice(), text()).prop_map(|(reason, message)| Goodbye { reason, message })
}

fn credit() -> impl Strategy<Value = Credit> {
    let grant = (number(), number()).prop_map(|(type_id, bytes)| Grant { type_id, bytes });
    vec(grant, 0..4).prop_map(|grants| Credit { grants })
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(u64::MAX),
        any::<u64>(),
        (0..64_u32).prop_map(|bits| 1 << bits),
        (0..64_u32).prop_map(|bits| (1 << bits) - 1),
    ]
}

/// A value of an enum, known or not.
fn choice() -> impl Strategy<Value = i32> {
    prop_oneof![-1..9_i32, any::<i32>()]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), ".{0,20}"]
}

fn payload() -> impl Strategy<Value = Bytes> {
    let len = prop_oneof![Just(0), 1..64_usize, 120..136_usize, 16_370..16_400_usize];
    (any::<u8>(), len).prop_map(|(byte, len)| Bytes::from(vec![byte; len]))
}
