//! Compiles the one file that this crate owns.

fn main() -> lahja_build::Result<()> {
    let folder = "../../../lahja-build/tests/fixtures/extern_path";
    lahja_build::compile_protos(&[format!("{folder}/accounts.proto")], &[folder])
}
