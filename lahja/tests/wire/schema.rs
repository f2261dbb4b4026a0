//! The hand-written frames against `lahja_wire.proto`, as a protobuf compiler reads it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bytes::BytesMut;
use lahja::wire::{Compression, FailureCode, Frame, GoodbyeReason};
use proptest::prelude::*;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MapKey, Value as Field};
use serde_json::{Map, Value};

use crate::support::arbitrary;
use crate::support::hex::to_hex;
use crate::support::meaning;
use crate::support::vectors::{PROTO, streams};
use crate::support::{codec, decode_all, encoded};

static SCHEMA: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let files = protox::compile(["lahja_wire.proto"], [PROTO]).expect("the schema compiles");
    DescriptorPool::from_file_descriptor_set(files).expect("the schema is complete")
});

/// What the schema finds in bytes, in the notation of the vectors.
fn json(message: &DynamicMessage) -> Value {
    let unknown = message.unknown_fields().count();
    assert_eq!(unknown, 0, "fields that are not in the schema: {message}");
    let fields = message
        .fields()
        .map(|(field, value)| (field.name().to_owned(), field_json(value)));
    Value::Object(fields.collect())
}

fn field_json(value: &Field) -> Value {
    match value {
        Field::Bool(value) => Value::from(*value),
        Field::I32(value) | Field::EnumNumber(value) => Value::from(*value),
        Field::U32(value) => Value::from(*value),
        Field::U64(value) => Value::from(value.to_string()),
        Field::String(value) => Value::from(value.as_str()),
        Field::Bytes(value) => Value::from(to_hex(value)),
        Field::Message(value) => json(value),
        Field::List(values) => values.iter().map(field_json).collect(),
        Field::Map(entries) => entries.iter().map(entry_json).collect::<Map<_, _>>().into(),
        other => panic!("a type that the schema does not use: {other:?}"),
    }
}

fn entry_json((key, value): (&MapKey, &Field)) -> (String, Value) {
    (key.as_str().expect("a text").to_owned(), field_json(value))
}

fn assert_agrees(frame: &Frame) {
    let dynamic = decoded(&frame.encode_to_vec());
    assert_eq!(meaning::frame(&json(&dynamic)), *frame);
    assert_eq!(
        Frame::decode(&dynamic.encode_to_vec()[..]).as_ref(),
        Ok(frame)
    );
}

proptest! {
    #[test]
    fn the_schema_finds_in_a_frame_what_was_put_in(
        frames in proptest::collection::vec(arbitrary::frame(), 16),
    ) {
        frames.iter().for_each(assert_agrees);
    }

    #[test]
    fn the_codec_writes_what_prost_writes(frame in arbitrary::frame()) {
        let body = frame.encode_to_vec();
        let expected = [&(body.len() as u32).to_le_bytes()[..], &body].concat();
        prop_assert_eq!(to_hex(&encoded(&[frame])), to_hex(&expected));
    }

    #[test]
    fn what_the_codec_writes_it_reads(frame in arbitrary::frame()) {
        let mut bytes: BytesMut = encoded(std::slice::from_ref(&frame));
        let (frames, end) = decode_all(&mut codec(1 << 20), &mut bytes);
        prop_assert!(end.is_ok(), "{end:?}");
        prop_assert_eq!(frames, vec![frame]);
    }
}

fn decoded(body: &[u8]) -> DynamicMessage {
    let descriptor = SCHEMA
        .get_message_by_name("lahja.wire.v1.Frame")
        .expect("the schema has a Frame");
    DynamicMessage::decode(descriptor, body).expect("what a Frame encodes to is a Frame")
}

fn collect_fields(message: &DynamicMessage, names: &mut BTreeSet<String>) {
    for (field, value) in message.fields() {
        names.insert(field.full_name().to_owned());
        let items = value.as_list().unwrap_or(std::slice::from_ref(value));
        for item in items.iter().filter_map(Field::as_message) {
            collect_fields(item, names);
        }
    }
}

fn all_fields() -> BTreeSet<String> {
    SCHEMA
        .all_messages()
        .filter(|message| message.package_name() == "lahja.wire.v1" && !message.is_map_entry())
        .flat_map(|message| message.fields().collect::<Vec<_>>())
        .map(|field| field.full_name().to_owned())
        .collect()
}

#[test]
fn the_vectors_and_the_frames_leave_out_no_field_of_the_schema() {
    let mut seen = BTreeSet::new();
    for frame in streams().iter().flat_map(|vector| &vector.frames) {
        collect_fields(&decoded(&frame.encode_to_vec()), &mut seen);
    }
    assert_eq!(seen, all_fields());
}

/// `CODE_HANDLER_FAILED` of an enum `Code` as Rust spells it: `HandlerFailed`.
fn rust_name(value: &str, prefix: &str) -> String {
    let words = value.strip_prefix(prefix).expect(prefix).split('_');
    words
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            [first.to_owned(), rest.to_lowercase()]
        })
        .collect()
}

/// What the schema's values are in Rust, and what they ought to be.
fn names<E: TryFrom<i32> + std::fmt::Debug>(
    name: &str,
    prefix: &str,
) -> (Vec<String>, Vec<String>) {
    let descriptor = SCHEMA.get_enum_by_name(name).expect(name);
    let of_value = |value: prost_reflect::EnumValueDescriptor| {
        let ours = E::try_from(value.number()).map_or("none".into(), |ours| format!("{ours:?}"));
        (ours, rust_name(value.name(), prefix))
    };
    descriptor.values().map(of_value).unzip()
}

#[test]
fn the_enums_have_the_names_and_numbers_of_the_schema() {
    let (ours, expected) = names::<Compression>("lahja.wire.v1.Compression", "COMPRESSION_");
    assert_eq!(ours, expected);
    let (ours, expected) = names::<FailureCode>("lahja.wire.v1.Failure.Code", "CODE_");
    assert_eq!(ours, expected);
    let (ours, expected) = names::<GoodbyeReason>("lahja.wire.v1.Goodbye.Reason", "REASON_");
    assert_eq!(ours, expected);
}
