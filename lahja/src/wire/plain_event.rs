//! The hot path of receiving: a frame that holds an event, a request or an answer and nothing
//! unusual, as most do. All other frames, and all that is wrong, are prost's to decode.

use bytes::Bytes;
use prost::encoding::{WireType, decode_varint};

use super::Broadcast;
use super::event_fields::{self as fields, key};

const BROADCAST: u8 = key(fields::BROADCAST_IN_FRAME, WireType::LengthDelimited);
const TYPE_ID: u8 = key(fields::TYPE_ID, WireType::SixtyFourBit);
const PAYLOAD: u8 = key(fields::PAYLOAD, WireType::LengthDelimited);
const REQUEST_ID: u8 = key(fields::REQUEST_ID, WireType::Varint);
const RESPONSE_TO: u8 = key(fields::RESPONSE_TO, WireType::Varint);

/// What prost would make of a frame's body, if that is type, payload and ids, in this order.
pub(super) fn read(body: &Bytes) -> Option<Broadcast> {
    let (type_id, payload, mut rest) = split(body)?;
    let event = Broadcast {
        type_id,
        payload: body.slice_ref(payload),
        request_id: take_number(&mut rest, REQUEST_ID)?,
        response_to: take_number(&mut rest, RESPONSE_TO)?,
        ..Broadcast::default()
    };
    rest.is_empty().then_some(event)
}

/// Type and payload of a frame's body, if it holds nothing but these two.
#[inline]
pub(super) fn bare(body: &[u8]) -> Option<(u64, &[u8])> {
    let (type_id, payload, rest) = split(body)?;
    rest.is_empty().then_some((type_id, payload))
}

/// Type, payload, and the fields behind them.
#[inline]
fn split(body: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let (len, rest) = take_len(take_key(body, BROADCAST)?)?;
    if len != rest.len() {
        return None;
    }
    let (type_id, rest) = take_key(rest, TYPE_ID)?.split_first_chunk()?;
    let (len, rest) = take_len(take_key(rest, PAYLOAD)?)?;
    let (payload, rest) = rest.split_at_checked(len)?;
    Some((u64::from_le_bytes(*type_id), payload, rest))
}

#[inline]
fn take_key(bytes: &[u8], key: u8) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    (*first == key).then_some(rest)
}

#[inline]
fn take_len(bytes: &[u8]) -> Option<(usize, &[u8])> {
    // Up to 16 KiB, as prost writes it.
    match bytes {
        [low @ ..0x80, rest @ ..] => Some((usize::from(*low), rest)),
        [low, high @ ..0x80, rest @ ..] => {
            Some((usize::from(low & 0x7f) | usize::from(*high) << 7, rest))
        }
        longer => take_long_len(longer),
    }
}

/// Apart, so that the lengths of small events are taken without a call.
#[cold]
fn take_long_len(mut bytes: &[u8]) -> Option<(usize, &[u8])> {
    let len = usize::try_from(decode_varint(&mut bytes).ok()?).ok()?;
    Some((len, bytes))
}

/// A number that may be left out.
fn take_number(rest: &mut &[u8], key: u8) -> Option<u64> {
    match take_key(rest, key) {
        Some(behind) => {
            *rest = behind;
            decode_varint(rest).ok()
        }
        None => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message;

    use super::*;
    use crate::wire::{Frame, FrameBody};

    fn body(event: Broadcast) -> Bytes {
        let body = Some(FrameBody::Broadcast(event));
        Frame { body }.encode_to_vec().into()
    }

    fn event() -> impl Strategy<Value = Broadcast> {
        let payload = prop::collection::vec(any::<u8>(), 0..200).prop_map(Bytes::from);
        let ids = (any::<u64>(), any::<u64>(), any::<u64>(), 0..3u64, 0..2i32);
        (payload, ids).prop_map(
            |(payload, (type_id, request_id, response_to, missed, how))| Broadcast {
                type_id,
                payload,
                compression: how,
                request_id,
                response_to,
                missed,
                ..Broadcast::default()
            },
        )
    }

    #[test]
    fn plain_events_requests_and_answers_take_this_way() {
        let plain = Broadcast {
            type_id: 7,
            payload: Bytes::from_static(b"hi"),
            ..Broadcast::default()
        };
        let request = Broadcast {
            request_id: 300,
            ..plain.clone()
        };
        let answer = Broadcast {
            response_to: 300,
            ..plain.clone()
        };
        for event in [plain, request, answer] {
            assert_eq!(read(&body(event.clone())), Some(event));
        }
    }

    proptest! {
        #[test]
        fn what_it_reads_is_what_prost_reads(
            event in event(),
            damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
            keep in any::<prop::sample::Index>(),
        ) {
            let mut bytes = body(event).to_vec();
            if let Some((at, byte)) = damage {
                *at.get_mut(&mut bytes) = byte;
            }
            bytes.truncate(keep.index(2 * bytes.len()));
            let bytes = Bytes::from(bytes);
            if let Some(event) = read(&bytes) {
                let body = Some(FrameBody::Broadcast(event));
                prop_assert_eq!(Frame::decode(bytes), Ok(Frame { body }));
            }
        }
    }
}
