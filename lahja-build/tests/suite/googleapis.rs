//! Files that no one here wrote: those of the PyPI package `googleapis-common-protos`.
//!
//! The package is downloaded where pip and its registry can be reached; else the test says that it
//! was skipped, and why.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::files;

const PACKAGE: &str = "googleapis-common-protos==1.70.0";

#[test]
fn the_protos_of_googleapis_generate_and_compile() {
    if !repository().join("lahja").exists() {
        return skip("there is no `lahja` beside this crate");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("googleapis");
    let protos = match fetch(&folder) {
        Ok(protos) => protos,
        Err(reason) => return skip(&format!("it can't be downloaded: {reason}")),
    };
    let count = files(&protos, "proto").len();
    assert!(count >= 60, "{count} files in {PACKAGE}");
    compile(&folder, &protos);
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Past the harness, which keeps to itself what passing tests print.
fn skip(reason: &str) {
    let message = format!("SKIPPED: {PACKAGE} was not compiled: {reason}\n");
    std::io::stderr()
        .write_all(message.as_bytes())
        .expect("stderr is open");
}

/// The folder in which the package was unpacked, now or in an earlier run.
fn fetch(folder: &Path) -> Result<PathBuf, String> {
    let unpacked = folder.join("unpacked");
    if !unpacked.exists() {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let download = tempfile::tempdir_in(folder).map_err(|error| error.to_string())?;
        let pip = [
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary=:all:",
            PACKAGE,
            "--dest",
        ];
        run(Command::new("python3").args(pip).arg(download.path()))?;
        let wheel = files(download.path(), "whl")
            .pop()
            .ok_or("pip left no wheel")?;
        let whole = download.path().join("unpacked");
        let unzip = ["-m", "zipfile", "-e"];
        run(Command::new("python3").args(unzip).arg(wheel).arg(&whole))?;
        fs::rename(whole, &unpacked).map_err(|error| error.to_string())?;
    }
    Ok(unpacked)
}

/// Builds a crate as a user would write it. Its doctests would be comments taken for code.
fn compile(folder: &Path, protos: &Path) {
    let repository = repository();
    let package = tempfile::tempdir_in(folder).expect("a temporary folder");
    write(package.path(), "Cargo.toml", &manifest(&repository));
    write(package.path(), "build.rs", BUILD_SCRIPT);
    write(package.path(), "src/lib.rs", LIBRARY);
    fs::copy(
        repository.join("Cargo.lock"),
        package.path().join("Cargo.lock"),
    )
    .expect("the lock file can be copied");
    let cargo = env::var_os("CARGO").expect("cargo runs this test");
    let tested = run(Command::new(cargo)
        .args(["test", "--doc", "--offline"])
        .current_dir(package.path())
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("PROTOS", protos));
    let output = tested.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        output.contains("running 0 tests"),
        "a comment became a doctest:\n{output}"
    );
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a temporary folder");
    fs::write(path, text).expect("it is writable");
}

fn manifest(repository: &Path) -> String {
    format!(
        r#"
[package]
name = "googleapis"
version = "0.0.0"
edition = "2024"

[dependencies]
lahja = {{ path = "{0}/lahja" }}

[build-dependencies]
lahja-build = {{ path = "{0}/lahja-build" }}

[workspace]
"#,
        repository.display()
    )
}

const BUILD_SCRIPT: &str = r#"
use std::path::{Path, PathBuf};

fn main() -> lahja_build::Result<()> {
    let folder = PathBuf::from(std::env::var_os("PROTOS").unwrap());
    let mut protos = Vec::new();
    collect(&folder, &mut protos);
    lahja_build::configure().compile_protos(&protos, &[folder])
}

fn collect(folder: &Path, protos: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, protos);
        } else if path.extension().is_some_and(|is| is == "proto") {
            protos.push(path);
        }
    }
}
"#;

const LIBRARY: &str = r#"
//! The protos of googleapis.
#![deny(warnings, missing_docs, unreachable_pub)]

/// All packages.
pub mod proto {
    lahja::include_protos!();
}
"#;

/// What the command printed, or how it failed.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{stdout}{stderr}", output.status))
}
