//! Derived types and those that prost generates from a `.proto` file of the same shape give the
//! same bytes and read each other's, for random values of every type that a field can have.
//!
//! What `prost-build` generates is a struct with `#[prost(…)]` attributes; the twins are written
//! so here.

mod hostile;
mod messages;
mod scalars;
mod values;

use std::fmt::Debug;

use proptest::prelude::*;
use prost::Message;

/// Checks two messages that hold the same values. Their `Debug` is compared as well: it tells -0.0
/// from 0.0 and takes NaN for NaN.
fn check_twins<D, G>(derived: &D, generated: &G) -> Result<(), TestCaseError>
where
    D: Message + Default + Debug,
    G: Message + Default + Debug,
{
    let bytes = derived.encode_to_vec();
    prop_assert_eq!(&bytes, &generated.encode_to_vec(), "different bytes");
    prop_assert_eq!(derived.encoded_len(), bytes.len(), "a wrong length");

    let derived = D::decode(&bytes[..]).map_err(fail)?;
    let generated = G::decode(&bytes[..]).map_err(fail)?;
    prop_assert_eq!(format!("{derived:?}"), format!("{generated:?}"));
    prop_assert_eq!(&bytes, &derived.encode_to_vec(), "lost on the way back");
    Ok(())
}

fn fail(error: prost::DecodeError) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}
