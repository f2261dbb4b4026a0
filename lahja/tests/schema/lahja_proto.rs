//! `lahja.proto`, of which the crate carries text and descriptor.

use std::path::Path;

use crate::support::assert_golden;

#[test]
fn the_descriptor_is_that_of_the_text() {
    let mut compiler = protox::Compiler::new(["proto"]).expect("the folder is there");
    compiler
        .include_source_info(true)
        .open_file("lahja.proto")
        .expect("it has no mistake");
    let file = compiler.files().find(|file| file.name() == "lahja.proto");
    let pool = compiler.descriptor_pool();
    let descriptor = pool.get_file_by_name(file.expect("it was opened").name());
    assert_golden(
        "proto/lahja.bin",
        &descriptor.expect("it was compiled").encode_to_vec(),
    );
}

/// The crate is published without the repository around it, so it carries a copy.
#[test]
fn the_text_is_that_of_the_repository() {
    let read = |path| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    if let Ok(original) = read("../proto/lahja.proto") {
        let copy = read("proto/lahja.proto").expect("it is readable");
        assert_eq!(copy, original, "copy it to lahja/proto/");
    }
}
