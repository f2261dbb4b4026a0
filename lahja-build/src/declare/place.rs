//! Where in a file a descriptor is from.

use prost_reflect::{
    EnumDescriptor, EnumValueDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor,
};

use crate::report::{Sources, Span};

/// What has a place in a file, as `source_code_info` counts places.
pub(crate) trait Place {
    fn file(&self) -> FileDescriptor;
    fn path(&self) -> &[i32];

    fn span(&self, sources: &Sources) -> Option<Span> {
        self.span_of(&[], sources)
    }

    /// The place of a part, or of the smallest whole around it that is known.
    fn span_of(&self, part: &[i32], sources: &Sources) -> Option<Span> {
        let path: Vec<_> = self.path().iter().chain(part).copied().collect();
        path_in_file(&self.file(), &path, sources)
    }
}

fn path_in_file(file: &FileDescriptor, path: &[i32], sources: &Sources) -> Option<Span> {
    let info = file.file_descriptor_proto().source_code_info.as_ref()?;
    let mut paths = (1..=path.len()).rev().map(|len| &path[..len]);
    let location = paths.find_map(|path| info.location.iter().find(|l| l.path == path))?;
    sources.span(file.name(), &location.span)
}

impl Place for MessageDescriptor {
    fn file(&self) -> FileDescriptor {
        self.parent_file()
    }

    fn path(&self) -> &[i32] {
        self.path()
    }
}

impl Place for EnumDescriptor {
    fn file(&self) -> FileDescriptor {
        self.parent_file()
    }

    fn path(&self) -> &[i32] {
        self.path()
    }
}

impl Place for EnumValueDescriptor {
    fn file(&self) -> FileDescriptor {
        self.parent_enum().parent_file()
    }

    fn path(&self) -> &[i32] {
        self.path()
    }
}

impl Place for MethodDescriptor {
    fn file(&self) -> FileDescriptor {
        self.parent_service().parent_file()
    }

    fn path(&self) -> &[i32] {
        self.path()
    }
}
