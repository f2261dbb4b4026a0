//! What the conformance kit speaks about: its events, and frames and values as JSON.

mod field;
mod frames;
mod item;
mod kinds;
mod messages;

pub use field::{Field, Fields};
pub use frames::{frame_from_json, frame_to_json};
pub use item::{Item, from_hex, to_hex};
pub use kinds::{Decoded, Kind};

/// The types of `conformance.proto`.
#[allow(missing_docs)]
pub mod proto {
    lahja::include_proto!("lahja.conformance.v1");
}
