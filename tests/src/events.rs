//! The events that the processes of these tests exchange.

use bytes::Bytes;
use lahja::Event;
use lahja::wire::Broadcast;

/// A numbered event.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub struct Tick {
    /// Its place in the order.
    pub number: u64,
    /// Makes it as large as a test wants.
    pub padding: Vec<u8>,
}

impl Tick {
    /// One that takes about `size` bytes.
    #[must_use]
    pub fn of_size(number: u64, size: usize) -> Self {
        Self {
            number,
            padding: vec![0; size],
        }
    }

    /// A small one.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self::of_size(number, 0)
    }
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", response = Sum)]
pub struct Add {
    /// The first summand.
    pub left: i64,
    /// The second.
    pub right: i64,
}

/// Its answer.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub struct Sum {
    /// The sum.
    pub value: i64,
}

/// A request for as much as one wants.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", response = Blob)]
pub struct Fetch {
    /// How much, in bytes.
    pub size: u64,
}

/// Its answer.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub struct Blob {
    /// As much as was asked for.
    pub content: Vec<u8>,
}

/// An event as its frame carries it, uncompressed.
#[must_use]
pub fn frame_of<E: Event>(event: &E) -> Broadcast {
    Broadcast {
        type_id: E::TYPE_ID.get(),
        payload: Bytes::from(event.encode_to_vec()),
        ..Broadcast::default()
    }
}

/// A request as its frame carries it.
#[must_use]
pub fn request_of<E: Event>(event: &E, request_id: u64) -> Broadcast {
    Broadcast {
        request_id,
        ..frame_of(event)
    }
}
