//! What is exported of Rust types, beside what a protobuf compiler makes of the text.

mod compiled;
mod errors;
mod files;
mod golden;
mod lahja_proto;
mod names;
mod support;
