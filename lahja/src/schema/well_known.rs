//! The files of `google/protobuf/`, which come with every implementation of protobuf.

/// The file that declares `google.protobuf.<name>`.
pub(super) fn file_of(name: &str) -> &'static str {
    match name {
        "Any" => "google/protobuf/any.proto",
        "Api" | "Method" | "Mixin" => "google/protobuf/api.proto",
        "Duration" => "google/protobuf/duration.proto",
        "Empty" => "google/protobuf/empty.proto",
        "FieldMask" => "google/protobuf/field_mask.proto",
        "SourceContext" => "google/protobuf/source_context.proto",
        "ListValue" | "NullValue" | "Struct" | "Value" => "google/protobuf/struct.proto",
        "Timestamp" => "google/protobuf/timestamp.proto",
        "Enum" | "EnumValue" | "Field" | "Option" | "Type" => "google/protobuf/type.proto",
        _ => "google/protobuf/wrappers.proto",
    }
}
