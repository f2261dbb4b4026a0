//! What is generated for each folder in `fixtures/`, compared with the `.rs` files in it.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use lahja_build::Builder;
use support::{Expectations, cases, files};

#[test]
fn each_fixture_generates_what_lies_beside_it() {
    let mut expectations = Expectations::default();
    for case in cases("fixtures") {
        let out = generate(&case);
        let generated = files(out.path(), "rs");
        for path in &generated {
            let name = path.file_name().expect("it is a file");
            let code = fs::read_to_string(path).expect("it was just written");
            expectations.check(&case.join("expected").join(name), &code);
        }
        assert_eq!(
            names(&generated),
            names(&files(&case.join("expected"), "rs")),
            "{}: a file is expected that is no longer generated",
            case.display()
        );
    }
    expectations.assert_met();
}

#[test]
fn what_did_not_change_is_not_written_again() {
    let case = Path::new("tests/fixtures/chat");
    let out = generate(case);
    let before = modified(out.path());
    compile(case, out.path());
    assert_eq!(before, modified(out.path()));
}

fn generate(case: &Path) -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a temporary folder");
    compile(case, out.path());
    out
}

fn compile(case: &Path, out: &Path) {
    let protos = files(case, "proto");
    configure(case)
        .out_dir(out)
        .emit_rerun_if_changed(false)
        .compile_protos(&protos, &[case])
        .unwrap_or_else(|error| panic!("{}: {error}", case.display()));
}

/// What a fixture needs beside its files.
fn configure(case: &Path) -> Builder {
    let builder = lahja_build::configure();
    match case.file_name().and_then(|name| name.to_str()) {
        Some("extern_path") => {
            builder.extern_path(".accounts.v1", "::accounts::proto::accounts::v1")
        }
        Some("skipped") => builder.skip_streaming().skip_method("files.v1.Files.Touch"),
        _ => builder,
    }
}

fn names(paths: &[PathBuf]) -> Vec<&str> {
    paths
        .iter()
        .filter_map(|path| path.file_name()?.to_str())
        .collect()
}

fn modified(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let modified = |path: PathBuf| {
        let time = fs::metadata(&path).and_then(|data| data.modified());
        (path, time.expect("the file has a time"))
    };
    files(folder, "rs").into_iter().map(modified).collect()
}
