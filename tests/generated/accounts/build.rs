//! Compiles the one file that this crate owns.

fn main() -> lahja_build::Result<()> {
    lahja_build::compile_protos(&["proto/accounts.proto"], &["proto"])
}
