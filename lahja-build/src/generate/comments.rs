//! Comments become documentation, and code in documentation becomes a test.

use prost_types::FileDescriptorProto;

/// Makes code that is marked as Rust plain text. prost does so for all other code in comments, but
/// turns this into a test that passes if it does *not* compile.
pub(super) fn defuse(file: &mut FileDescriptorProto) {
    for location in file
        .source_code_info
        .iter_mut()
        .flat_map(|info| &mut info.location)
    {
        let comments = [
            &mut location.leading_comments,
            &mut location.trailing_comments,
        ];
        for comment in comments.into_iter().flatten() {
            *comment = comment
                .replace("```rust", "```text")
                .replace("~~~rust", "~~~text");
        }
    }
}
