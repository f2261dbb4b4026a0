//! What is exported of the derived types, compiled.

use std::sync::LazyLock;

use lahja::schema::Schema;
use lahja_derived_tests as generated;
use proptest::prelude::*;
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Value};

use crate::messages::derived::Tree;
use crate::scalars;

macro_rules! all {
    ($($module:ident::$message:ident,)*) => {
        /// A message of every type.
        #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
        #[event(package = "twins.v1")]
        struct All {
            tree: Option<Tree>,
            $($module: Option<scalars::$module::$message>,)*
        }

        /// The same, each beside its twin.
        #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
        #[event(package = "twins.v1")]
        struct Pairs {
            derived: Option<All>,
            tree: Option<generated::Tree>,
            $($module: Option<generated::$message>,)*
        }
    };
}

all! {
    bool::Bool,
    int32::Int32,
    int64::Int64,
    uint32::Uint32,
    uint64::Uint64,
    sint32::Sint32,
    sint64::Sint64,
    fixed32::Fixed32,
    fixed64::Fixed64,
    sfixed32::Sfixed32,
    sfixed64::Sfixed64,
    float::Float,
    double::Double,
    string::String,
    bytes::Bytes,
    shared::Shared,
    key_bool::KeyBool,
    key_int32::KeyInt32,
    key_int64::KeyInt64,
    key_uint32::KeyUint32,
    key_uint64::KeyUint64,
    key_sint32::KeySint32,
    key_sint64::KeySint64,
    key_fixed32::KeyFixed32,
    key_fixed64::KeyFixed64,
    key_sfixed32::KeySfixed32,
    key_sfixed64::KeySfixed64,
    key_string::KeyString,
}

static EXPORTED: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = Schema::new()
        .event::<All>()
        .build()
        .expect("protobuf can say all of it");
    files.write_to(folder.path()).expect("it can be written");
    let set = protox::compile(["twins/v1/events.proto"], [folder.path()]);
    DescriptorPool::from_file_descriptor_set(set.expect("it is right")).expect("it is complete")
});

/// What a program writes that read the bytes by the exported declaration.
pub(crate) fn reread(name: &str, bytes: &[u8]) -> Result<Vec<u8>, TestCaseError> {
    let message = EXPORTED.get_message_by_name(&format!("twins.v1.{name}"));
    let read =
        DynamicMessage::decode(message.expect("it is exported"), bytes).map_err(crate::fail)?;
    prop_assert!(knows_all(&read), "unknown fields in {}", read);
    Ok(read.encode_to_vec())
}

fn knows_all(message: &DynamicMessage) -> bool {
    let mut fields = message.fields();
    message.unknown_fields().count() == 0 && fields.all(|(_, value)| knows_all_of(value))
}

fn knows_all_of(value: &Value) -> bool {
    match value {
        Value::Message(message) => knows_all(message),
        Value::List(values) => values.iter().all(knows_all_of),
        Value::Map(entries) => entries.values().all(knows_all_of),
        _ => true,
    }
}

/// Two types of one name are a mistake unless they are alike.
#[test]
fn each_derived_type_is_declared_as_its_twin_is() {
    let files = Schema::new()
        .event::<Pairs>()
        .build()
        .expect("the twins are alike");
    let names: Vec<_> = files.iter().map(lahja::schema::ProtoFile::name).collect();
    assert_eq!(
        names,
        ["twins.proto", "lahja.proto", "twins/v1/events.proto"]
    );
    let file = files.get("twins/v1/events.proto").expect("it is the last");
    let messages = file.descriptor().message_type.iter();
    let messages: Vec<_> = messages.map(|message| message.name()).collect();
    assert_eq!(
        messages,
        ["Pairs", "All"],
        "those of twins.proto are declared there alone"
    );
}
