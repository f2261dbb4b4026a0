//! The files of a package for the export of `.proto` files: lahja reads them where a program exports,
//! and elsewhere they are not in the program.

use std::collections::BTreeSet;

use prost_reflect::FileDescriptor;
use prost_reflect::prost::encoding::{bytes, string};

use super::is_lahjas;
use crate::report::Sources;

/// The files, and those that they import: the text that was written, and the descriptor with all of
/// its options. As `Packed` in lahja's `schema/source.rs`.
pub(super) fn pack(files: impl Iterator<Item = FileDescriptor>, sources: &Sources) -> Vec<u8> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<_> = files.collect();
    let mut pack = Vec::new();
    while let Some(file) = open.pop() {
        // lahja has its own, and who speaks protobuf those of Google.
        let is_known = is_lahjas(&file) || file.name().starts_with("google/protobuf/");
        let text = sources.text(file.name()).filter(|_| !is_known);
        if let Some(text) = text.filter(|_| seen.insert(file.name().to_owned())) {
            put(&file, text, &mut pack);
            open.extend(file.dependencies());
        }
    }
    pack
}

fn put(file: &FileDescriptor, text: &str, pack: &mut Vec<u8>) {
    let mut packed = Vec::new();
    string::encode(1, &text.to_owned(), &mut packed);
    bytes::encode(2, &file.encode_to_vec(), &mut packed);
    bytes::encode(1, &packed, pack);
}
