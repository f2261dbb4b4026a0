//! A thousand types of event that nobody sends, to subscribe to.
//!
//! A crate of its own, because a thousand copies of generic code are quick to build only without
//! optimization.

use std::any::Any;

use lahja::{Endpoint, Event, Result};
use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{DecodeContext, WireType, skip_field};
use seq_macro::seq;

/// An empty message; the derive takes no generic structs.
#[derive(Clone, Debug, Default, PartialEq)]
struct Other<const N: usize>;

impl<const N: usize> prost::Message for Other<N> {
    fn encode_raw(&self, _buffer: &mut impl BufMut) {}

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> std::result::Result<(), DecodeError> {
        skip_field(wire_type, tag, buffer, context)
    }

    fn encoded_len(&self) -> usize {
        0
    }

    fn clear(&mut self) {}
}

impl<const N: usize> Other<N> {
    const NAME_BYTES: [u8; 17] = numbered(*b"bench.v1.Other000", N);
}

impl<const N: usize> Event for Other<N> {
    const NAME: &'static str = match str::from_utf8(&Self::NAME_BYTES) {
        Ok(name) => name,
        Err(_) => panic!("digits are UTF-8"),
    };
}

/// The name with the number in place of its last three digits.
const fn numbered(mut name: [u8; 17], number: usize) -> [u8; 17] {
    name[14] += (number / 100) as u8;
    name[15] += (number / 10 % 10) as u8;
    name[16] += (number % 10) as u8;
    name
}

/// Keeps a subscription for as long as it lives.
pub type Kept = Box<dyn Any>;

type Subscribe = fn(&Endpoint) -> Result<Kept>;

seq!(N in 0..1000 {
    const ALL: [Subscribe; 1000] = [#(subscribe::<N>,)*];
});

fn subscribe<const N: usize>(endpoint: &Endpoint) -> Result<Kept> {
    Ok(Box::new(endpoint.stream::<Other<N>>()?))
}

/// Subscribes to so many types, at most 1,000.
///
/// # Errors
///
/// Those of [`Endpoint::stream`].
pub fn subscribe_to(count: usize, endpoint: &Endpoint) -> Result<Vec<Kept>> {
    let wanted = ALL.iter().take(count);
    wanted.map(|subscribe| subscribe(endpoint)).collect()
}
