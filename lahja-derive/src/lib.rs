//! `#[derive(Event)]`: events from plain Rust structs. Use it through the `lahja` crate.
#![forbid(unsafe_code)]
