//! Compiles `.proto` files to [lahja](https://docs.rs/lahja) events, from `build.rs`, without `protoc`.
//!
//! ```no_run
//! // build.rs
//! fn main() -> lahja_build::Result<()> {
//!     lahja_build::compile_protos(&["proto/chat.proto"], &["proto"])
//! }
//! ```
//!
//! ```proto
//! // proto/chat.proto
//! syntax = "proto3";
//! package chat.v1;
//! import "lahja.proto"; // known to lahja-build, no include path needed
//!
//! message MessagePosted { option (lahja.event) = {}; string room = 1; string text = 2; }
//! message GetHistory    { option (lahja.event) = { response: "History" }; string room = 1; }
//! message History       { option (lahja.event) = {}; repeated MessagePosted messages = 1; }
//!
//! // or, instead of `response`, what existing .proto files have:
//! // service Chat { rpc ReadHistory(GetHistory) returns (History); }
//! ```
//!
//! ```text
//! // src/main.rs
//! mod chat { lahja::include_proto!("chat.v1"); } // one package
//! mod proto { lahja::include_protos!(); }        // or all of them: proto::chat::v1::MessagePosted
//! ```
//!
//! # What is an event
//!
//! A message with `option (lahja.event)`, and the input and the output of every rpc. The response
//! of a request is named as the type of a field would be: relative to the message, or
//! `.fully.qualified`. An rpc binds its input to its output.
//!
//! Every message that the given files declare or import is generated, whether an event or not. What
//! another crate generates is left to it with [`Builder::extern_path`]; such a type may answer a
//! request of this crate, but can't be one: Rust lets only its own crate say what answers it.
//!
//! # Mistakes
//!
//! All mistakes of a run are reported together, each with its file, line and column and with what
//! to write instead. `main` in `build.rs` shows them when it returns the [`Error`].
#![forbid(unsafe_code)]

mod builder;
mod check;
mod declare;
mod error;
mod generate;
mod given;
mod includes;
mod load;
mod output;
mod owner;
mod report;
mod run;
mod type_id;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use std::path::Path;

pub use builder::{Builder, configure};
pub use error::{Error, Result};

/// Generates the events of `protos`, and of all that they import, into Cargo's `OUT_DIR`.
///
/// `includes` are the folders in which imports are looked up; each of `protos` lies in one of them.
/// `lahja.proto` and the well-known types of `google/protobuf/` need no folder.
/// [`configure`] is the same with options.
///
/// # Errors
/// Every mistake in the files, together; or the file or folder that can't be read or written.
pub fn compile_protos(protos: &[impl AsRef<Path>], includes: &[impl AsRef<Path>]) -> Result<()> {
    configure().compile_protos(protos, includes)
}
