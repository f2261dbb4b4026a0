//! Whatever a file holds, the answer is code or a mistake, and never a panic.

use std::fs;
use std::path::Path;

use crate::support::{cases, files};

#[test]
fn a_file_without_any_one_of_its_lines_is_answered() {
    for proto in fixtures() {
        let text = fs::read_to_string(&proto).expect("it is readable");
        for left_out in 0..text.lines().count() {
            let lines = text
                .lines()
                .enumerate()
                .filter(|(number, _)| *number != left_out);
            let lines: Vec<_> = lines.map(|(_, line)| line).collect();
            answer(&lines.join("\n"));
        }
    }
}

#[test]
fn a_file_that_breaks_off_anywhere_is_answered() {
    for proto in fixtures() {
        let text = fs::read_to_string(&proto).expect("it is readable");
        let words = text.match_indices(char::is_whitespace);
        words.for_each(|(at, _)| answer(&text[..at]));
    }
}

#[test]
fn what_is_no_text_is_answered() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.proto"), b"\xff\xfe").expect("it is writable");
    let error = compile(folder.path()).expect_err("it is not UTF-8");
    assert!(error.to_string().contains("not valid utf-8"), "{error}");
}

fn fixtures() -> Vec<std::path::PathBuf> {
    cases("fixtures")
        .iter()
        .flat_map(|case| files(case, "proto"))
        .collect()
}

/// A panic fails the test; the answer may be either.
fn answer(text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.proto"), text).expect("it is writable");
    if let Err(error) = compile(folder.path()) {
        assert!(
            error.to_string().contains("a.proto"),
            "no place in: {error}\n{text}"
        );
    }
}

fn compile(folder: &Path) -> lahja_build::Result<()> {
    let out = folder.join("out");
    lahja_build::configure()
        .out_dir(out)
        .emit_rerun_if_changed(false)
        .compile_protos(&["a.proto"], &[folder])
}
