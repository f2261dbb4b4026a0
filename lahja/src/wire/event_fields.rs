//! The numbers of an event's fields, for those who write and read them without prost.

use prost::encoding::WireType;

pub(super) const BROADCAST_IN_FRAME: u32 = 4;
pub(super) const TYPE_ID: u32 = 1;
pub(super) const PAYLOAD: u32 = 2;
pub(super) const COMPRESSION: u32 = 3;
pub(super) const REQUEST_ID: u32 = 4;
pub(super) const RESPONSE_TO: u32 = 5;
pub(super) const HEADERS: u32 = 6;
pub(super) const MISSED: u32 = 7;

/// The key of a field, which is one byte as the number is below 16.
pub(super) const fn key(number: u32, wire_type: WireType) -> u8 {
    assert!(number < 16);
    (number << 3) as u8 | wire_type as u8
}
