//! The bytes of the wire: against the vectors and the schema in `proto/`, and against all others.

#![forbid(unsafe_code)]
#![expect(
    clippy::unwrap_used,
    reason = "the vectors are part of the project, a broken one fails the test"
)]

mod hostile;
mod payloads;
mod schema;
mod streams;
mod support;
mod words;
