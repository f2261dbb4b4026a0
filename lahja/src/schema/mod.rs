//! `.proto` files from Rust types, for programs in other languages.
//!
//! Give a [`Schema`] the events that others are to know. What they contain, and what answers them,
//! comes along; so do doc comments.
//!
//! ```
//! use lahja::schema::Schema;
//!
//! /// Somebody said something.
//! #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
//! #[event(package = "chat.v1")]
//! struct MessagePosted {
//!     /// The endpoint that it came from.
//!     author: String,
//!     text: String,
//!     mood: Mood,
//! }
//!
//! #[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
//! #[repr(i32)]
//! enum Mood {
//!     Unspecified = 0,
//!     Happy = 1,
//! }
//!
//! #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
//! #[event(package = "chat.v1", response = History)]
//! struct GetHistory {}
//!
//! #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
//! #[event(package = "chat.v1")]
//! struct History {
//!     messages: Vec<MessagePosted>,
//! }
//!
//! let files = Schema::new()
//!     .event::<MessagePosted>()
//!     .event::<GetHistory>()
//!     .build()?;
//!
//! let file = files.get("chat/v1/events.proto").expect("it is the file of chat.v1");
//! assert_eq!(file.text(), r#"// Written by lahja from types of Rust: change those.
//! syntax = "proto3";
//!
//! package chat.v1;
//!
//! import "lahja.proto";
//!
//! // Somebody said something.
//! message MessagePosted {
//!   option (lahja.event) = {};
//!
//!   // The endpoint that it came from.
//!   string author = 1;
//!   string text = 2;
//!   Mood mood = 3;
//! }
//!
//! enum Mood {
//!   MOOD_UNSPECIFIED = 0;
//!   MOOD_HAPPY = 1;
//! }
//!
//! message GetHistory {
//!   option (lahja.event) = { response: "History" };
//! }
//!
//! message History {
//!   option (lahja.event) = {};
//!
//!   repeated MessagePosted messages = 1;
//! }
//! "#);
//! # let folder = std::env::temp_dir().join(format!("lahja-schema-{}", std::process::id()));
//! files.write_to(&folder)?; // `lahja.proto` as well
//! # assert!(folder.join("chat/v1/events.proto").exists() && folder.join("lahja.proto").exists());
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), lahja::schema::Error>(())
//! ```
//!
//! # What is in which file
//!
//! - Derived types of the package `chat.v1` are in `chat/v1/events.proto`. Files may not import each
//!   other in a circle, as packages may refer to each other: where they do, a package is several
//!   files, `events.proto`, `events_2.proto` and so on.
//! - A type that [lahja-build](https://docs.rs/lahja-build) generated stays in its file, which is
//!   there as it was written, under the name by which it is imported.
//! - `lahja.proto`, which declares the option of events, is there whenever there are events. The files
//!   of `google/protobuf/` are not: every implementation of protobuf has them.
//!
//! # Names
//!
//! An event has its own. A [`Message`](derive@crate::Message) and an
//! [`Enumeration`](derive@crate::Enumeration) that name no package belong to that of whoever has them
//! in a field, and to name one, `#[event(package = "…")]`, is necessary as soon as two packages have
//! them. Their names are on no wire, so they may change.
//!
//! A value `Happy` of `Mood` is `MOOD_HAPPY`, as protobuf's values are neighbours of the enumeration; a
//! variant `ShortText` of a oneof is the field `short_text`.
//!
//! # Its cost
//!
//! Whoever does not export pays nothing: what types say of themselves is in constants that only
//! [`Schema::event`] looks at, and is not in the program without it.

mod assemble;
mod collect;
mod descriptor;
mod encode;
mod error;
mod graph;
mod group;
mod names;
mod options;
mod print;
mod proto_files;
mod same;
mod source;
mod tree;
mod well_known;

use assemble::Draft;
use collect::Types;
use names::Symbols;
use source::Source;

pub use error::Error;
pub use proto_files::{ProtoFile, ProtoFiles};

use crate::Event;
use crate::declaration::Named;

/// The events that others are to know. See [the module](self).
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is exported before `.build()`"]
pub struct Schema {
    events: Vec<Named>,
}

impl Schema {
    /// Without any event yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event, whether derived or generated, and with it what it contains and what answers
    /// it. Files have their types in this order.
    pub fn event<E: Event>(mut self) -> Self {
        self.events.push(E::NAMED);
        self
    }

    /// The files in which all of them are declared.
    ///
    /// # Errors
    ///
    /// Whatever of the types protobuf cannot say, as [`Error`] lists it.
    pub fn build(&self) -> Result<ProtoFiles, Error> {
        let mut types = Types::collect(&self.events)?;
        types.sources.keep(types.files());
        same::unify(&mut types)?;
        let groups = group::group(&types)?;
        let drafts: Vec<_> = groups
            .into_iter()
            .map(|group| Draft::new(group, &types))
            .collect::<Result<_, _>>()?;
        let lahja = Source::lahja();
        let sources = || types.sources.iter().chain([&lahja]);
        let descriptors = drafts.iter().map(|draft| &draft.descriptor);
        let symbols = Symbols::of(descriptors.chain(sources().map(|file| &file.descriptor)))?;
        let drafted = drafts
            .into_iter()
            .map(|draft| draft.finish(&types, &symbols));
        Ok(ProtoFiles::sorted(
            drafted.chain(sources().map(ProtoFile::from)),
        ))
    }
}
