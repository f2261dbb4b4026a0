//! Every scalar in every encoding: alone, optional, repeated, in a oneof, in a map.

use std::collections::{BTreeMap, HashMap};

use lahja::prost::Message;
use lahja::prost::bytes::Bytes;
use lahja_derived_tests as generated;
use proptest::prelude::*;

use crate::check_twins;
use crate::values::Sample;

/// `$encoding` is the attribute of the derived fields, `$map` the one of the derived map.
macro_rules! scalar {
    ($message:ident in $module:ident: $type:ty, [$($encoding:ident)?], [$($map:tt)*]) => {
        pub(crate) mod $module {
            use super::*;

            #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
            pub(crate) struct $message {
                $(#[event($encoding)])?
                plain: $type,
                $(#[event($encoding)])?
                maybe: Option<$type>,
                $(#[event($encoding)])?
                many: Vec<$type>,
                #[event(tag = 6, $($map)*)]
                by_name: BTreeMap<std::string::String, $type>,
                #[event(oneof)]
                choice: Option<Choice>,
            }

            #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
            enum Choice {
                #[event(tag = 4 $(, $encoding)?)]
                One($type),
                #[event(tag = 5)]
                Other(()),
            }

            impl From<$message> for generated::$message {
                fn from(derived: $message) -> Self {
                    Self {
                        plain: derived.plain,
                        maybe: derived.maybe,
                        many: derived.many,
                        by_name: derived.by_name,
                        choice: derived.choice.map(|choice| match choice {
                            Choice::One(one) => generated::$module::Choice::One(one),
                            Choice::Other(()) => generated::$module::Choice::Other(()),
                        }),
                    }
                }
            }

            prop_compose! {
                fn derived()(
                    plain in <$type>::sample(),
                    maybe in prop::option::of(<$type>::sample()),
                    many in prop::collection::vec(<$type>::sample(), 0..4),
                    by_name in prop::collection::btree_map(
                        std::string::String::sample(), <$type>::sample(), 0..4,
                    ),
                    choice in prop::option::of(prop_oneof![
                        <$type>::sample().prop_map(Choice::One),
                        Just(Choice::Other(())),
                    ]),
                ) -> $message {
                    $message { plain, maybe, many, by_name, choice }
                }
            }

            proptest! {
                #[test]
                fn gives_the_same_bytes(derived in derived()) {
                    let generated = generated::$message::from(derived.clone());
                    check_twins(stringify!($message), &derived, &generated)?;
                }
            }
        }
    };
}

scalar!(Bool in bool: bool, [], [map(_, _)]);
scalar!(Int32 in int32: i32, [], [map(_, _)]);
scalar!(Int64 in int64: i64, [], [map(_, _)]);
scalar!(Uint32 in uint32: u32, [], [map(_, _)]);
scalar!(Uint64 in uint64: u64, [], [map(_, _)]);
scalar!(Sint32 in sint32: i32, [sint32], [map(_, sint32)]);
scalar!(Sint64 in sint64: i64, [sint64], [map(_, sint64)]);
scalar!(Fixed32 in fixed32: u32, [fixed32], [map(_, fixed32)]);
scalar!(Fixed64 in fixed64: u64, [fixed64], [map(_, fixed64)]);
scalar!(Sfixed32 in sfixed32: i32, [sfixed32], [map(_, sfixed32)]);
scalar!(Sfixed64 in sfixed64: i64, [sfixed64], [map(_, sfixed64)]);
scalar!(Float in float: f32, [], [map(_, _)]);
scalar!(Double in double: f64, [], [map(_, _)]);
scalar!(String in string: std::string::String, [], [map(_, _)]);
scalar!(Bytes in bytes: Vec<u8>, [], [map(_, _)]);
scalar!(Shared in shared: super::Bytes, [], [map(_, _)]);

macro_rules! key {
    ($message:ident in $module:ident: $type:ty, [$($map:tt)*]) => {
        pub(crate) mod $module {
            use super::*;

            #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
            pub(crate) struct $message {
                #[event($($map)*)]
                sorted: BTreeMap<$type, u32>,
                #[event($($map)*)]
                hashed: HashMap<$type, u32>,
            }

            proptest! {
                #[test]
                fn gives_the_same_bytes(
                    sorted in prop::collection::btree_map(<$type>::sample(), 0..3u32, 0..4),
                    hashed in prop::collection::hash_map(<$type>::sample(), 0..3u32, 0..2),
                ) {
                    let derived = $message { sorted: sorted.clone(), hashed: hashed.clone() };
                    let generated = generated::$message { sorted, hashed };
                    check_twins(stringify!($message), &derived, &generated)?;
                }

                /// In which order they are written, the hashes say.
                #[test]
                fn reads_entries_in_any_order(
                    hashed in prop::collection::hash_map(<$type>::sample(), 0..3u32, 0..20),
                ) {
                    let generated = generated::$message {
                        hashed: hashed.clone(),
                        ..Default::default()
                    };
                    let derived = $message::decode(&generated.encode_to_vec()[..]);
                    prop_assert_eq!(derived.map(|derived| derived.hashed), Ok(hashed));
                }
            }
        }
    };
}

key!(KeyBool in key_bool: bool, [map(_, _)]);
key!(KeyInt32 in key_int32: i32, [map(_, _)]);
key!(KeyInt64 in key_int64: i64, [map(_, _)]);
key!(KeyUint32 in key_uint32: u32, [map(_, _)]);
key!(KeyUint64 in key_uint64: u64, [map(_, _)]);
key!(KeySint32 in key_sint32: i32, [map(sint32, _)]);
key!(KeySint64 in key_sint64: i64, [map(sint64, _)]);
key!(KeyFixed32 in key_fixed32: u32, [map(fixed32, _)]);
key!(KeyFixed64 in key_fixed64: u64, [map(fixed64, _)]);
key!(KeySfixed32 in key_sfixed32: i32, [map(sfixed32, _)]);
key!(KeySfixed64 in key_sfixed64: i64, [map(sfixed64, _)]);
key!(KeyString in key_string: String, [map(_, _)]);
