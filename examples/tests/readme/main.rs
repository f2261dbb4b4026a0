//! The README's programs: each section that has a `Cargo.toml` is a crate, which is built as its
//! reader would build it, and has to print what the section says.

mod guide;
mod package;

use std::process::Stdio;

use guide::sections;
use package::Package;
use tokio::process::Command;

#[test]
fn all_rust_of_the_readme_is_part_of_a_crate() {
    let mut blocks = 0;
    for section in sections() {
        for block in section
            .blocks
            .iter()
            .filter(|block| block.language == "rust")
        {
            assert!(block.path().is_some(), "no path above:\n{}", block.text);
            assert!(section.is_crate(), "no Cargo.toml in `{}`", section.title);
            blocks += 1;
        }
    }
    assert!(blocks >= 4, "{blocks} blocks are not all of them");
}

#[test]
fn the_quickstart_prints_what_it_says() {
    assert_prints("Quickstart");
}

#[test]
fn the_quickstart_without_a_proto_file_prints_what_it_says() {
    assert_prints("Without a `.proto` file");
}

#[test]
fn the_export_of_a_proto_file_prints_what_it_says() {
    assert_prints("Other languages");
}

#[tokio::test]
async fn a_guest_of_another_crate_talks_to_the_chat_room() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let _room = Command::new(env!("CARGO_BIN_EXE_chat"))
        .arg("--serve")
        .env("LAHJA_DIR", directory.path())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the room opens");
    let package = Package::write("Two processes");
    assert_eq!(package.run(directory.path()), package.output);
}

fn assert_prints(title: &str) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let package = Package::write(title);
    assert_eq!(package.run(directory.path()), package.output);
}
