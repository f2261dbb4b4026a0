//! Generates the twins of the types that `tests/same_bytes` derives.

fn main() -> lahja_build::Result<()> {
    lahja_build::configure()
        .btree_map(["by_name", "sorted", "mood_by_name", "label_by_number"])
        .bytes([".twins.v1.Shared"])
        .compile_protos(&["proto/twins.proto"], &["proto"])
}
