//! What a run writes and says beside the code.

use std::fs;

use prost_reflect::DescriptorPool;

#[test]
fn the_descriptor_set_has_all_files_and_their_options() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let path = out.path().join("descriptors.bin");
    lahja_build::configure()
        .out_dir(out.path())
        .file_descriptor_set_path(&path)
        .emit_rerun_if_changed(false)
        .compile_protos(&["chat.proto"], &["tests/fixtures/chat"])
        .expect("the file has no mistake");

    let bytes = fs::read(path).expect("it was written");
    let pool = DescriptorPool::decode(bytes.as_slice()).expect("it is a descriptor set");
    let event = pool
        .get_extension_by_name("lahja.event")
        .expect("lahja.proto is in it");
    let request = pool
        .get_message_by_name("chat.v1.GetHistory")
        .expect("chat.proto is in it");
    assert!(request.options().has_extension(&event));
}

#[test]
fn two_runs_in_one_folder_can_have_an_include_file_each() {
    let out = tempfile::tempdir().expect("a temporary folder");
    for (proto, include_file) in [("chat", "chat_protos.rs"), ("nested", "shop_protos.rs")] {
        lahja_build::configure()
            .out_dir(out.path())
            .include_file(include_file)
            .emit_rerun_if_changed(false)
            .compile_protos(
                &[format!("{proto}.proto")],
                &[format!("tests/fixtures/{proto}")],
            )
            .expect("the file has no mistake");
    }
    let read = |name| fs::read_to_string(out.path().join(name)).expect("it was written");
    assert!(read("chat_protos.rs").contains("chat.v1.rs"));
    assert!(read("shop_protos.rs").contains("shop.v1.rs"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let file = out.path().join("taken");
    fs::write(&file, "").expect("it is writable");
    let error = lahja_build::configure()
        .out_dir(&file)
        .emit_rerun_if_changed(false)
        .compile_protos(&["chat.proto"], &["tests/fixtures/chat"])
        .expect_err("a file is no folder");
    assert!(error.to_string().starts_with("cannot write `"), "{error}");
    assert!(error.to_string().contains("taken"), "{error}");
}
