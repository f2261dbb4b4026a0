//! `google.protobuf.*` as values of derived messages.

use prost_types::{Any, Duration, FieldMask, ListValue, NullValue, Struct, Timestamp, Value};

// `google.protobuf.Empty`.
lahja::__message!(());
lahja::__message!(Any);
lahja::__message!(Duration);
lahja::__message!(FieldMask);
lahja::__message!(ListValue);
lahja::__message!(Struct);
lahja::__message!(Timestamp);
lahja::__message!(Value);
lahja::__enumeration!(NullValue);
