//! A section of the README as a crate beside a clone of the repository.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::guide::section;

pub(crate) struct Package {
    path: PathBuf,
    /// What the README says that it prints.
    pub(crate) output: String,
}

impl Package {
    /// Below `target`, so that a second run finds what the first one built.
    pub(crate) fn write(title: &str) -> Self {
        let section = section(title);
        let folder = title.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let path = beside_the_clone().join(folder);
        remove_if_there(&path);
        let mut output = String::new();
        for block in &section.blocks {
            match block.path() {
                Some(file) => write(&path.join(file), &block.text),
                None if block.language == "text" => output.push_str(&block.text),
                None => {}
            }
        }
        exclude_from_our_workspace(&path.join("Cargo.toml"));
        fs::copy(repository().join("Cargo.lock"), path.join("Cargo.lock"))
            .expect("versions that are there");
        Self { path, output }
    }

    /// Builds and runs it; gives what it printed.
    pub(crate) fn run(&self, endpoints: &Path) -> String {
        let cargo = env::var_os("CARGO").expect("cargo runs this test");
        let output = Command::new(cargo)
            .args(["run", "--quiet", "--offline"])
            .current_dir(&self.path)
            .env("CARGO_TARGET_DIR", beside_the_clone().join("target"))
            .env("LAHJA_DIR", endpoints)
            .output()
            .expect("cargo starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert_eq!(errors, "", "a newcomer would see warnings");
        String::from_utf8(output.stdout).expect("text")
    }
}

/// A folder in which `lahja` is this repository.
fn beside_the_clone() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(&folder).expect("the target folder is ours");
    match symlink(repository(), folder.join("lahja")) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => panic!("{error}"),
        _ => folder,
    }
}

fn repository() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    repository.expect("this crate is part of it").to_owned()
}

fn exclude_from_our_workspace(manifest: &Path) {
    let mut text = fs::read_to_string(manifest).expect("it was just written");
    text.push_str("\n[workspace]\n");
    write(manifest, &text);
}

fn remove_if_there(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
        _ => {}
    }
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file in a folder");
    fs::create_dir_all(folder).expect("the target folder is ours");
    fs::write(path, text).expect("the target folder is ours");
}
