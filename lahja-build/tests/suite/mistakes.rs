//! What is said about each folder in `mistakes/`, compared with `expected.txt` in it.

use std::path::Path;

use crate::support::{Expectations, cases, files};
use lahja_build::Builder;

#[test]
fn each_mistake_is_answered_as_expected() {
    let mut expectations = Expectations::default();
    for case in cases("mistakes") {
        let out = tempfile::tempdir().expect("a temporary folder");
        let error = configure(&case)
            .out_dir(out.path())
            .emit_rerun_if_changed(false)
            .compile_protos(&files(&case, "proto"), &[&case])
            .expect_err(&format!("{} is a mistake", case.display()));
        expectations.check(&case.join("expected.txt"), &error.to_string());
        assert!(
            files(out.path(), "rs").is_empty(),
            "nothing is written beside a mistake"
        );
    }
    expectations.assert_met();
}

#[test]
fn main_prints_an_error_in_the_words_of_display() {
    let error = lahja_build::configure()
        .out_dir("unused")
        .compile_protos(&["tests/no/such.proto"], &["tests"])
        .expect_err("there is no such file");
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[test]
fn outside_of_a_build_script_the_folder_must_be_named() {
    let error = lahja_build::compile_protos(&["chat.proto"], &["tests/fixtures/chat"])
        .expect_err("cargo sets no OUT_DIR for this test");
    assert!(
        error.to_string().starts_with("OUT_DIR is not set"),
        "{error}"
    );
}

/// What a case needs beside its files, or is wrong about.
fn configure(case: &Path) -> Builder {
    let builder = lahja_build::configure();
    match case.file_name().and_then(|name| name.to_str()) {
        Some("foreign_input") => builder.extern_path(".accounts.v1", "::accounts::v1"),
        Some("import_missing") => builder.skip_method("chat.v1.Chat.NotReadYet"),
        Some("no_attribute") => builder
            .type_attribute(".chat.v1", "#[derive(Debug")
            .extern_path("accounts", "::accounts")
            .extern_path(".accounts", "accounts::!"),
        Some("no_such_method") => builder.skip_method("chat.v1.Chat.Leave"),
        _ => builder,
    }
}
