//! Compiles the fixtures of lahja-build.

use std::fs;
use std::path::{Path, PathBuf};

const FIXTURES: &str = "fixtures";

/// What needs a second crate is a run of its own, for `tests/across_crates.rs`.
const ACROSS_CRATES: &str = "fixtures/extern_path";

fn main() -> lahja_build::Result<()> {
    println!("cargo:rerun-if-changed={FIXTURES}");
    compile_in_one_run()?;
    lahja_build::configure()
        .extern_path(".accounts.v1", "::lahja_generated_accounts::v1")
        .include_file("across_crates.rs")
        .compile_protos(&[format!("{ACROSS_CRATES}/orders.proto")], &[ACROSS_CRATES])
}

fn compile_in_one_run() -> lahja_build::Result<()> {
    let mut includes = entries(Path::new(FIXTURES));
    includes.retain(|folder| folder != Path::new(ACROSS_CRATES));
    let protos: Vec<_> = includes.iter().flat_map(|folder| protos(folder)).collect();
    lahja_build::configure()
        .skip_streaming()
        .skip_method("files.v1.Files.Touch")
        .compile_protos(&protos, &includes)
}

fn protos(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        entries(folder).into_iter().partition(|path| path.is_dir());
    files.retain(|path| path.extension().is_some_and(|is| is == "proto"));
    files.extend(folders.iter().flat_map(|folder| protos(folder)));
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
