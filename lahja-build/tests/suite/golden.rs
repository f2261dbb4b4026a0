//! What is generated for each folder in `fixtures/`, compared with the `.rs` files in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::support::{Expectations, cases, files};
use lahja_build::Builder;

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
    let generated = [files(out.path(), "rs"), files(out.path(), "bin")].concat();
    assert_eq!(
        generated.len(),
        3,
        "a package, its declaration, and what includes it"
    );
    let long_ago = SystemTime::UNIX_EPOCH;
    for path in &generated {
        let file = File::options().append(true).open(path);
        file.and_then(|file| file.set_modified(long_ago))
            .expect("the file is ours");
    }
    compile(case, out.path());
    for path in &generated {
        let modified = fs::metadata(path).and_then(|data| data.modified());
        assert_eq!(
            modified.expect("it has a time"),
            long_ago,
            "{}",
            path.display()
        );
    }
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
        Some("configured") => builder
            .bytes([".configured.v1"])
            .btree_map([".configured.v1.Post.by_name"])
            .boxed(".configured.v1.Post.author")
            .disable_comments([".configured.v1.Post"])
            .type_attribute(".configured.v1.Kind", "#[non_exhaustive]")
            .message_attribute(".configured.v1.Author", "#[derive(PartialOrd, Ord)]")
            .enum_attribute(".configured.v1.Kind", "#[doc(alias = \"sort\")]")
            .field_attribute(".configured.v1.Post.raw", "#[doc(hidden)]")
            .skip_debug([".configured.v1.Author"])
            .retain_enum_prefix()
            .enable_type_names()
            .type_name_domain(["."], "type.example.com"),
        _ => builder,
    }
}

fn names(paths: &[PathBuf]) -> Vec<&str> {
    paths
        .iter()
        .filter_map(|path| path.file_name()?.to_str())
        .collect()
}
