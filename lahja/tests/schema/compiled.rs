//! What a protobuf compiler makes of the text is what the export says that it is.

use lahja::prost_types::source_code_info::Location;
use lahja::prost_types::{FileDescriptorProto, SourceCodeInfo};
use lahja::schema::ProtoFiles;
use prost_reflect::DescriptorPool;

use crate::support::{compile, pool};
use crate::{files, golden, names};

#[test]
fn descriptors_are_those_of_the_text() {
    for files in everything() {
        let compiled = compile(&files).file_descriptor_set();
        for file in files.iter() {
            let name = file.name();
            let same_name = |compiled: &&FileDescriptorProto| compiled.name() == name;
            let compiled = compiled
                .file
                .iter()
                .find(same_name)
                .expect("it was compiled");
            assert_same(file.descriptor(), compiled);
        }
        assert_eq!(files.file_descriptor_set().file.len(), files.iter().count());
    }
}

/// `prost_types` has no place for `(lahja.event)`, the bytes have it.
#[test]
fn encoded_descriptors_have_the_options_of_the_text() {
    for files in everything() {
        let mut from_text = DescriptorPool::global();
        from_text
            .decode_file_descriptor_set(&compile(&files).encode_file_descriptor_set()[..])
            .expect("protox gives all that is imported");
        let exported = pool(&files);
        let messages = exported.all_messages();
        let mut events = 0;
        for message in messages.filter(|message| !message.full_name().starts_with("google.")) {
            let same = from_text.get_message_by_name(message.full_name());
            let same = same.expect("it was compiled").options();
            assert_eq!(message.options().to_string(), same.to_string());
            events += message.options().extensions().count();
        }
        assert!(events > 0, "no options at all");
    }
}

#[test]
fn each_file_comes_behind_those_that_it_imports() {
    for files in everything() {
        let mut before = Vec::new();
        for file in files.iter() {
            let imports = file.descriptor().dependency.iter();
            for import in imports.filter(|name| !name.starts_with("google/protobuf/")) {
                assert!(
                    before.contains(&import.as_str()),
                    "{} needs {import}",
                    file.name()
                );
            }
            before.push(file.name());
        }
    }
}

fn everything() -> Vec<ProtoFiles> {
    vec![golden::exported(), files::exported(), names::exported()]
}

/// All is the same, but that a compiler gives every token a location.
fn assert_same(exported: &FileDescriptorProto, compiled: &FileDescriptorProto) {
    let locations = |file: &FileDescriptorProto| file.source_code_info.clone().unwrap_or_default();
    let compiled_locations = locations(compiled).location;
    for location in locations(exported).location {
        assert!(
            compiled_locations.contains(&location),
            "{location:?} in {}",
            exported.name()
        );
    }
    let commented = |locations: &[Location]| {
        let commented = locations
            .iter()
            .filter(|location| location.leading_comments.is_some());
        commented.count()
    };
    assert_eq!(
        commented(&locations(exported).location),
        commented(&compiled_locations)
    );
    let without_locations = |file: &FileDescriptorProto| FileDescriptorProto {
        source_code_info: Some(SourceCodeInfo::default()),
        ..file.clone()
    };
    assert_eq!(without_locations(exported), without_locations(compiled));
}
