//! Derived types and those that `lahja-build` generates from a `.proto` file of the same shape give
//! the same bytes and read each other's, for random values of every type that a field can have. So do
//! programs that know of the derived types only what their export says.

mod exported;
mod hostile;
mod messages;
mod scalars;
mod values;

use std::fmt::Debug;

use lahja::prost::{DecodeError, Message};
use proptest::prelude::*;

/// Checks two messages that hold the same values; `name` is theirs in the package.
fn check_twins<D, G>(name: &str, derived: &D, generated: &G) -> Result<(), TestCaseError>
where
    D: Message + Default + Debug,
    G: Message + Default + Debug,
{
    let bytes = derived.encode_to_vec();
    prop_assert_eq!(&bytes, &generated.encode_to_vec(), "different bytes");
    prop_assert_eq!(derived.encoded_len(), bytes.len(), "a wrong length");

    let derived = D::decode(&bytes[..]).map_err(fail)?;
    let reread = D::decode(&exported::reread(name, &bytes)?[..]).map_err(fail)?;
    prop_assert_eq!(
        format!("{derived:?}"),
        format!("{reread:?}"),
        "lost by the export"
    );
    let generated = G::decode(&bytes[..]).map_err(fail)?;
    check_alike(&derived, &generated)?;
    prop_assert_eq!(&bytes, &derived.encode_to_vec(), "lost on the way back");
    Ok(())
}

/// Checks what was read from the same bytes: prost writes what its type read, and the derived
/// type reads that. Compared by `Debug`, which tells -0.0 from 0.0 and takes NaN for NaN.
fn check_alike<D, G>(derived: &D, generated: &G) -> Result<(), TestCaseError>
where
    D: Message + Default + Debug,
    G: Message,
{
    let twin = D::decode(&generated.encode_to_vec()[..]).map_err(fail)?;
    prop_assert_eq!(format!("{derived:?}"), format!("{twin:?}"));
    Ok(())
}

fn fail(error: DecodeError) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}
