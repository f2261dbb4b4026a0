//! Compiles every fixture of lahja-build, in one run.

use std::fs;
use std::path::{Path, PathBuf};

const FIXTURES: &str = "../../lahja-build/tests/fixtures";

fn main() -> lahja_build::Result<()> {
    println!("cargo:rerun-if-changed={FIXTURES}");
    let includes = entries(Path::new(FIXTURES));
    let protos: Vec<_> = includes.iter().flat_map(|folder| protos(folder)).collect();
    lahja_build::configure()
        .extern_path(".accounts.v1", "::lahja_generated_accounts::v1")
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
