//! The bus as its users see it, within one process; each promise of the documentation has its
//! test here, except those that only several processes can show.

mod broadcasts;
mod requests;
mod start_up;

use lahja::{Endpoint, Event};

/// A numbered event.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
struct Tick {
    number: u64,
    padding: Vec<u8>,
}

impl Tick {
    fn new(number: u64) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// One that takes about `bytes` bytes.
    fn of_size(number: u64, bytes: usize) -> Self {
        Self {
            number,
            padding: vec![0; bytes],
        }
    }
}

/// Another event, which is not to suffer from what happens to ticks.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
struct Tock {
    number: u64,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", response = Sum)]
struct Add {
    left: i64,
    right: i64,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
struct Sum {
    value: i64,
}

async fn pair() -> (Endpoint, Endpoint) {
    Endpoint::pair("alice", "bob")
        .await
        .expect("a pair in memory")
}

/// Resolves once `from` knows that `to` subscribes to `E`.
async fn knows_subscriber<E: Event>(from: &Endpoint, to: &Endpoint) {
    from.wait_until_endpoint_subscribed_to::<E>(to.name())
        .await
        .expect("both run");
}
