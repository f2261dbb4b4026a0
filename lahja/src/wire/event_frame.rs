//! The hot path of sending: the frame of an event, written around a payload that stays where it
//! is, so that one encoded event serves every receiver.

use std::collections::BTreeMap;

use bytes::{BufMut, Bytes, BytesMut};
use prost::encoding::{
    WireType, btree_map, encode_varint, encoded_len_varint, fixed64, int32, key_len, string, uint64,
};

use super::codec::PREFIX_LEN;
use super::event_fields::{
    BROADCAST_IN_FRAME, COMPRESSION, HEADERS, MISSED, PAYLOAD, REQUEST_ID, RESPONSE_TO, TYPE_ID,
    key,
};
use super::{Broadcast, TypeId};

/// The fields of a [`Broadcast`], over a borrowed payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventFields<'a> {
    pub(crate) type_id: TypeId,
    pub(crate) payload: &'a Bytes,
    pub(crate) compression: i32,
    pub(crate) request_id: u64,
    pub(crate) response_to: u64,
    pub(crate) headers: &'a BTreeMap<String, String>,
    pub(crate) missed: u64,
}

/// A [`Broadcast`] frame of these fields, byte for byte as prost encodes it. Measured once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    fields: EventFields<'a>,
    broadcast_len: usize,
}

impl<'a> From<EventFields<'a>> for Envelope<'a> {
    fn from(fields: EventFields<'a>) -> Self {
        Self {
            broadcast_len: fields.broadcast_len(),
            fields,
        }
    }
}

impl<'a> From<&'a Broadcast> for Envelope<'a> {
    fn from(broadcast: &'a Broadcast) -> Self {
        Self::from(EventFields {
            type_id: TypeId::new(broadcast.type_id),
            payload: &broadcast.payload,
            compression: broadcast.compression,
            request_id: broadcast.request_id,
            response_to: broadcast.response_to,
            headers: &broadcast.headers,
            missed: broadcast.missed,
        })
    }
}

impl Envelope<'_> {
    /// The bytes of the event itself.
    pub(crate) fn payload(&self) -> &Bytes {
        self.fields.payload
    }

    /// The length of the frame's body, which its 4-byte prefix states. Whoever sends checks it
    /// against the peer's limit, and so against what the prefix can hold.
    pub(crate) fn frame_len(&self) -> usize {
        frame_len(self.broadcast_len)
    }

    /// Appends the whole frame, its length prefix included.
    pub(crate) fn put(&self, out: &mut BytesMut) {
        out.reserve(PREFIX_LEN + self.frame_len());
        self.put_head(out);
        out.extend_from_slice(self.fields.payload);
        self.put_tail(out);
    }

    /// Appends what comes before the payload's bytes.
    pub(crate) fn put_head(&self, out: &mut BytesMut) {
        let EventFields {
            type_id, payload, ..
        } = self.fields;
        put_head(self.broadcast_len, type_id, payload.len(), out);
    }

    /// Appends what comes after the payload's bytes.
    pub(crate) fn put_tail(&self, out: &mut BytesMut) {
        self.fields.put_tail(out);
    }
}

/// The frame of an event that is type, payload and numbers and nothing else, around a payload that
/// is appended between its two halves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BareFrame {
    pub(crate) type_id: TypeId,
    pub(crate) payload_len: usize,
    /// Not 0: an answer is expected under this number.
    pub(crate) request_id: u64,
    /// Not 0: this is the answer to the request of that number.
    pub(crate) response_to: u64,
}

impl BareFrame {
    /// Appends what comes before the payload's bytes, the length prefix included.
    pub(crate) fn put_head(&self, out: &mut Vec<u8>) {
        let broadcast_len = type_id_len(self.type_id)
            + payload_field_len(self.payload_len)
            + number_len(REQUEST_ID, self.request_id)
            + number_len(RESPONSE_TO, self.response_to);
        put_head(broadcast_len, self.type_id, self.payload_len, out);
    }

    /// Appends what comes after the payload's bytes.
    pub(crate) fn put_tail(&self, out: &mut Vec<u8>) {
        put_number(REQUEST_ID, self.request_id, out);
        put_number(RESPONSE_TO, self.response_to, out);
    }
}

impl EventFields<'_> {
    fn put_tail(&self, out: &mut BytesMut) {
        if self.compression != 0 {
            int32::encode(COMPRESSION, &self.compression, out);
        }
        put_number(REQUEST_ID, self.request_id, out);
        put_number(RESPONSE_TO, self.response_to, out);
        btree_map::encode(
            string::encode,
            string::encoded_len,
            string::encode,
            string::encoded_len,
            HEADERS,
            self.headers,
            out,
        );
        put_number(MISSED, self.missed, out);
    }

    fn broadcast_len(&self) -> usize {
        type_id_len(self.type_id) + payload_field_len(self.payload.len()) + self.tail_len()
    }

    fn tail_len(&self) -> usize {
        let compression = match self.compression {
            0 => 0,
            algorithm => int32::encoded_len(COMPRESSION, &algorithm),
        };
        compression
            + number_len(REQUEST_ID, self.request_id)
            + number_len(RESPONSE_TO, self.response_to)
            + btree_map::encoded_len(
                string::encoded_len,
                string::encoded_len,
                HEADERS,
                self.headers,
            )
            + number_len(MISSED, self.missed)
    }
}

/// Appends a frame up to its payload's bytes, the length prefix included.
fn put_head(broadcast_len: usize, type_id: TypeId, payload_len: usize, out: &mut impl BufMut) {
    let frame_len = frame_len(broadcast_len);
    debug_assert!(u32::try_from(frame_len).is_ok());
    out.put_u32_le(frame_len as u32);
    out.put_u8(key(BROADCAST_IN_FRAME, WireType::LengthDelimited));
    put_len(broadcast_len, out);
    if type_id.get() != 0 {
        out.put_u8(key(TYPE_ID, WireType::SixtyFourBit));
        out.put_u64_le(type_id.get());
    }
    if payload_len > 0 {
        out.put_u8(key(PAYLOAD, WireType::LengthDelimited));
        put_len(payload_len, out);
    }
}

/// A length, as a rule without a loop: see
/// [Encoding](https://protobuf.dev/programming-guides/encoding/).
fn put_len(len: usize, out: &mut impl BufMut) {
    match len {
        ..0x80 => out.put_u8(len as u8),
        0x80..0x4000 => out.put_slice(&[len as u8 | 0x80, (len >> 7) as u8]),
        _ => encode_varint(len as u64, out),
    }
}

fn type_id_len(type_id: TypeId) -> usize {
    match type_id.get() {
        0 => 0,
        id => fixed64::encoded_len(TYPE_ID, &id),
    }
}

fn payload_field_len(payload_len: usize) -> usize {
    match payload_len {
        0 => 0,
        len => key_len(PAYLOAD) + encoded_len_varint(len as u64) + len,
    }
}

fn frame_len(broadcast_len: usize) -> usize {
    key_len(BROADCAST_IN_FRAME) + encoded_len_varint(broadcast_len as u64) + broadcast_len
}

fn put_number(tag: u32, value: u64, out: &mut impl BufMut) {
    if value != 0 {
        uint64::encode(tag, &value, out);
    }
}

fn number_len(tag: u32, value: u64) -> usize {
    match value {
        0 => 0,
        value => uint64::encoded_len(tag, &value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_payload_and_tail_are_the_frame() {
        let payload = Bytes::from_static(b"hi");
        let headers = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
        let envelope = Envelope::from(EventFields {
            type_id: TypeId::of("a"),
            payload: &payload,
            compression: 0,
            request_id: 300,
            response_to: 0,
            headers: &headers,
            missed: 0,
        });
        let (mut head, mut tail, mut whole) = Default::default();
        envelope.put_head(&mut head);
        envelope.put_tail(&mut tail);
        envelope.put(&mut whole);

        assert_eq!(
            head[..],
            *b"\x1a\0\0\0\x22\x18\x09\x8c\xec\x01\x86\x4c\xdc\x63\xaf\x12\x02"
        );
        assert_eq!(tail[..], *b"\x20\xac\x02\x32\x06\x0a\x01k\x12\x01v");
        assert_eq!(whole[..], [&head[..], b"hi", &tail[..]].concat());
        assert_eq!(envelope.frame_len(), 0x1a);
    }

    #[test]
    fn a_bare_frame_is_the_frame_of_its_event() {
        for payload_len in [0, 1, 127, 128, 4096, 20_000] {
            for (request_id, response_to) in [(0, 0), (300, 0), (0, u64::MAX)] {
                let event = Broadcast {
                    type_id: TypeId::of("a").get(),
                    payload: vec![7; payload_len].into(),
                    request_id,
                    response_to,
                    ..Broadcast::default()
                };
                let bare = BareFrame {
                    type_id: TypeId::of("a"),
                    payload_len,
                    request_id,
                    response_to,
                };
                let mut frame = Vec::new();
                bare.put_head(&mut frame);
                frame.extend_from_slice(&event.payload);
                bare.put_tail(&mut frame);
                let mut whole = BytesMut::new();
                Envelope::from(&event).put(&mut whole);
                assert_eq!(
                    frame, whole,
                    "{payload_len} bytes, {request_id}, {response_to}"
                );
            }
        }
    }

    #[test]
    fn what_is_default_takes_no_byte() {
        let envelope = Broadcast::default();
        let mut out = BytesMut::new();
        Envelope::from(&envelope).put(&mut out);
        assert_eq!(out[..], *b"\x02\0\0\0\x22\x00");
    }
}
