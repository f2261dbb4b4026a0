use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use prost::bytes::Bytes;
use prost::encoding::bytes;
use prost_types::{FileDescriptorProto, FileDescriptorSet};

use super::error::Error;
use super::source::{LAHJA_PROTO, Source};

/// `.proto` files, with everything that they import but for `google/protobuf/`, which every
/// implementation of protobuf has.
#[derive(Clone, Debug)]
pub struct ProtoFiles {
    /// Each behind those that it imports.
    pub(super) files: Vec<ProtoFile>,
}

/// One of [`ProtoFiles`].
#[derive(Clone, Debug)]
pub struct ProtoFile {
    pub(super) text: String,
    pub(super) encoded: Bytes,
    pub(super) descriptor: FileDescriptorProto,
}

impl ProtoFiles {
    /// The files in an order in which each can be read; `lahja.proto` only if one imports it.
    pub(super) fn sorted(files: impl Iterator<Item = ProtoFile>) -> Self {
        let mut unsorted: BTreeMap<_, _> =
            files.map(|file| (file.name().to_owned(), file)).collect();
        let names: Vec<_> = unsorted
            .keys()
            .filter(|name| *name != LAHJA_PROTO)
            .cloned()
            .collect();
        let mut files = Vec::new();
        names
            .iter()
            .for_each(|name| take(name, &mut unsorted, &mut files));
        Self { files }
    }

    /// The files, each behind those that it imports.
    pub fn iter(&self) -> impl Iterator<Item = &ProtoFile> {
        self.files.iter()
    }

    /// The file of this name, as `import` has it: `chat/v1/events.proto`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ProtoFile> {
        self.iter().find(|file| file.name() == name)
    }

    /// Writes each file into `folder`, under its name. Folders that it needs are made; a file of
    /// the same name is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Write`], with the file or folder that cannot be written.
    pub fn write_to(&self, folder: impl AsRef<Path>) -> Result<(), Error> {
        self.iter()
            .try_for_each(|file| file.write_to(folder.as_ref()))
    }

    /// The descriptors. `prost_types` has no place for options of others, so `(lahja.event)` is not
    /// in it; it is in [`encode_file_descriptor_set`](Self::encode_file_descriptor_set).
    #[must_use]
    pub fn file_descriptor_set(&self) -> FileDescriptorSet {
        FileDescriptorSet {
            file: self.iter().map(|file| file.descriptor.clone()).collect(),
        }
    }

    /// The descriptors with all options, as the bytes of a `google.protobuf.FileDescriptorSet`, such
    /// as `protoc --descriptor_set_out` writes.
    #[must_use]
    pub fn encode_file_descriptor_set(&self) -> Vec<u8> {
        let mut set = Vec::new();
        for file in self.iter() {
            bytes::encode(1, &file.encoded, &mut set);
        }
        set
    }
}

impl ProtoFile {
    /// The name under which others import it: `chat/v1/events.proto`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.descriptor.name()
    }

    /// The package; empty if the file names none.
    #[must_use]
    pub fn package(&self) -> &str {
        self.descriptor.package()
    }

    /// What is in the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its descriptor. See [`ProtoFiles::file_descriptor_set`].
    #[must_use]
    pub fn descriptor(&self) -> &FileDescriptorProto {
        &self.descriptor
    }

    fn write_to(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(self.name());
        let parent = path.parent().unwrap_or(folder);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Write { path, source }
        };
        fs::create_dir_all(parent).map_err(failed(parent))?;
        fs::write(&path, &self.text).map_err(failed(&path))
    }
}

impl From<&Source> for ProtoFile {
    fn from(source: &Source) -> Self {
        Self {
            text: source.text.clone(),
            encoded: source.encoded.clone(),
            descriptor: source.descriptor.clone(),
        }
    }
}

fn take(name: &str, unsorted: &mut BTreeMap<String, ProtoFile>, sorted: &mut Vec<ProtoFile>) {
    if let Some(file) = unsorted.remove(name) {
        for import in &file.descriptor.dependency {
            take(import, unsorted, sorted);
        }
        sorted.push(file);
    }
}
