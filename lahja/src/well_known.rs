//! The well-known types of protobuf are events, so that they can answer a request: an rpc that
//! returns `google.protobuf.Empty` is answered with `()`.

use prost_types as types;

use crate::declaration::{Declaration, Named};

/// Those with a Rust type of their own, which may be fields of derived structs as well.
macro_rules! messages {
    ($($type:ty => $name:literal,)*) => {
        $(
            lahja::__message! { type: $type, declaration: Declaration::WellKnown($name) }
            lahja::__event! { type: $type, name: concat!("google.protobuf.", $name) }
        )*
    };
}

/// Those for which prost takes a type of Rust: as a field, such a type means something else.
macro_rules! scalars {
    ($($type:ty => $name:literal,)*) => {
        $(impl lahja::Event for $type {
            const NAME: &'static str = concat!("google.protobuf.", $name);
            const NAMED: Named = Named::of::<$type>(|| Declaration::WellKnown($name));
        })*
    };
}

messages! {
    () => "Empty",
    types::Any => "Any",
    types::Api => "Api",
    types::Duration => "Duration",
    types::Enum => "Enum",
    types::EnumValue => "EnumValue",
    types::Field => "Field",
    types::FieldMask => "FieldMask",
    types::ListValue => "ListValue",
    types::Method => "Method",
    types::Mixin => "Mixin",
    types::Option => "Option",
    types::SourceContext => "SourceContext",
    types::Struct => "Struct",
    types::Timestamp => "Timestamp",
    types::Type => "Type",
    types::Value => "Value",
}

scalars! {
    bool => "BoolValue",
    f32 => "FloatValue",
    f64 => "DoubleValue",
    i32 => "Int32Value",
    i64 => "Int64Value",
    u32 => "UInt32Value",
    u64 => "UInt64Value",
    String => "StringValue",
    Vec<u8> => "BytesValue",
}

lahja::__enumeration! {
    type: types::NullValue, declaration: Declaration::WellKnown("NullValue")
}

#[cfg(test)]
mod tests {
    use crate::Event;

    #[test]
    fn each_has_the_name_that_protobuf_gives_it() {
        assert_eq!(<()>::NAME, "google.protobuf.Empty");
        assert_eq!(prost_types::Timestamp::NAME, "google.protobuf.Timestamp");
        assert_eq!(String::NAME, "google.protobuf.StringValue");
    }
}
