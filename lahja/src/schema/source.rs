//! `.proto` files that people wrote, as `lahja-build` packs them: text and descriptor.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use prost::{DecodeError, Message as _};
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::error::Error;

/// The file that declares the option of events.
pub(super) const LAHJA_PROTO: &str = "lahja.proto";

/// The files of a package, and what they import.
#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
struct Packed {
    files: Vec<PackedFile>,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
struct PackedFile {
    text: String,
    /// Encoded, as a descriptor may have options that `prost_types` would lose.
    descriptor: Bytes,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) text: String,
    pub(super) encoded: Bytes,
    pub(super) descriptor: FileDescriptorProto,
}

/// By the names under which they are imported.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: BTreeMap<String, Source>,
    /// Where the packs lie that were read.
    read: BTreeSet<usize>,
}

impl Sources {
    /// Reads `pack`, and gives the name of the file in it that declares `full_name`.
    pub(super) fn find(
        &mut self,
        full_name: &'static str,
        pack: &'static [u8],
    ) -> Result<String, Error> {
        let unreadable = |source| Error::Generated {
            name: full_name,
            source,
        };
        if self.read.insert(pack.as_ptr() as usize) {
            for file in Packed::decode(pack).map_err(unreadable)?.files {
                self.insert(Source::read(file).map_err(unreadable)?)?;
            }
        }
        let mut files = self.files.values();
        let file = files.find(|file| file.declaration(full_name).is_some());
        let absent = || unreadable(not_packed());
        Ok(file.ok_or_else(absent)?.descriptor.name().to_owned())
    }

    /// The file itself, if there is one of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Source> {
        self.files.get(name)
    }

    /// Keeps these, and what they import.
    pub(super) fn keep(&mut self, names: impl IntoIterator<Item = String>) {
        let mut kept = BTreeMap::new();
        let mut open: Vec<String> = names.into_iter().collect();
        while let Some(name) = open.pop() {
            if let Some(file) = self.files.remove(&name) {
                open.extend(file.descriptor.dependency.iter().cloned());
                kept.insert(name, file);
            }
        }
        self.files = kept;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.values()
    }

    pub(super) fn insert(&mut self, file: Source) -> Result<(), Error> {
        let name = file.descriptor.name().to_owned();
        match self.files.get(&name) {
            Some(other) if other.text != file.text => Err(Error::FilesDiffer { file: name }),
            _ => {
                self.files.insert(name, file);
                Ok(())
            }
        }
    }
}

impl Source {
    fn read(PackedFile { text, descriptor }: PackedFile) -> Result<Self, DecodeError> {
        Ok(Self {
            text,
            descriptor: FileDescriptorProto::decode(descriptor.clone())?,
            encoded: descriptor,
        })
    }

    /// `lahja.proto`, which every file with events imports.
    pub(super) fn lahja() -> Self {
        Self::read(PackedFile {
            text: include_str!("../../proto/lahja.proto").to_owned(),
            descriptor: Bytes::from_static(include_bytes!("../../proto/lahja.bin")),
        })
        .expect("a test reads it")
    }

    /// What the file says of a type.
    pub(super) fn declaration(&self, full_name: &str) -> Option<Found<'_>> {
        let mut name = full_name;
        if let Some(package) = self.descriptor.package.as_deref().filter(|p| !p.is_empty()) {
            name = name.strip_prefix(package)?.strip_prefix('.')?;
        }
        let (messages, enums) = (&self.descriptor.message_type, &self.descriptor.enum_type);
        find(messages, enums, name)
    }
}

/// A message or an enumeration of a file.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    Message(&'a DescriptorProto),
    Enumeration(&'a EnumDescriptorProto),
}

fn find<'a>(
    messages: &'a [DescriptorProto],
    enums: &'a [EnumDescriptorProto],
    name: &str,
) -> Option<Found<'a>> {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let message = messages.iter().find(|message| message.name() == first);
    match message {
        Some(message) if rest.is_empty() => Some(Found::Message(message)),
        Some(message) => find(&message.nested_type, &message.enum_type, rest),
        None => enums
            .iter()
            .find(|found| found.name() == name)
            .map(Found::Enumeration),
    }
}

// prost has no other constructor that takes a text.
#[allow(deprecated)]
fn not_packed() -> DecodeError {
    DecodeError::new("it is in none of the files")
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::{DescriptorProto, FileDescriptorProto};

    use super::{Packed, PackedFile, Sources};
    use crate::schema::Error;

    /// As it lies in a program, for as long as that runs.
    fn pack(text: &str) -> &'static [u8] {
        let message = DescriptorProto {
            name: Some("Posted".to_owned()),
            ..Default::default()
        };
        let descriptor = FileDescriptorProto {
            name: Some("chat.proto".to_owned()),
            package: Some("chat.v1".to_owned()),
            message_type: vec![message],
            ..Default::default()
        };
        let file = PackedFile {
            text: text.to_owned(),
            descriptor: descriptor.encode_to_vec().into(),
        };
        Packed { files: vec![file] }.encode_to_vec().leak()
    }

    #[test]
    fn crates_may_have_the_same_file() {
        let mut sources = Sources::default();
        for _ in 0..2 {
            let file = sources.find("chat.v1.Posted", pack("one"));
            assert_eq!(file.expect("it is declared there"), "chat.proto");
        }
    }

    #[test]
    fn crates_may_not_have_files_that_differ_in_content_alone() {
        let mut sources = Sources::default();
        sources
            .find("chat.v1.Posted", pack("one"))
            .expect("the first of them");
        let error = sources.find("chat.v1.Posted", pack("another"));
        let error = error.expect_err("both are `chat.proto`");
        assert!(
            matches!(&error, Error::FilesDiffer { file } if file == "chat.proto"),
            "{error}"
        );
    }

    #[test]
    fn what_another_version_packed_is_an_error() {
        for pack in [&b"\x0a\xff"[..], &[], pack("without it")] {
            let error = Sources::default().find("chat.v1.Other", pack);
            let error = error.expect_err("the type is not in it");
            assert!(matches!(error, Error::Generated { .. }), "{error}");
        }
    }
}
