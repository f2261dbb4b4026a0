//! Generates the events of the conformance kit.

fn main() -> lahja_build::Result<()> {
    lahja_build::configure().btree_map(["."]).compile_protos(
        &["../proto/conformance/conformance.proto"],
        &["../proto/conformance"],
    )
}
