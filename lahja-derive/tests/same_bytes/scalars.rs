//! Every scalar in every encoding: alone, optional, repeated, in a oneof, in a map.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use prost::Message;
use prost::bytes::Bytes;

use crate::check_twins;
use crate::values::Sample;

/// `$event` are the attribute's arguments of the derived field, `$map` those where it is a map's
/// value, `$prost` prost's name of the type.
macro_rules! scalar {
    ($name:ident: $type:ty, [$($event:ident)?], [$($map:tt)*], [$($prost:tt)*], $map_prost:tt) => {
        mod $name {
            use super::*;

            mod derived {
                use super::*;

                #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
                pub(crate) struct Twin {
                    $(#[event($event)])?
                    pub(crate) plain: $type,
                    $(#[event($event)])?
                    pub(crate) optional: Option<$type>,
                    $(#[event($event)])?
                    pub(crate) repeated: Vec<$type>,
                    #[event(oneof)]
                    pub(crate) oneof: Option<Oneof>,
                    #[event(tag = 6, $($map)*)]
                    pub(crate) map: BTreeMap<String, $type>,
                }

                #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
                pub(crate) enum Oneof {
                    #[event(tag = 4 $(, $event)?)]
                    One($type),
                    #[event(tag = 5)]
                    Other(()),
                }
            }

            mod generated {
                use super::*;

                #[derive(Clone, PartialEq, prost::Message)]
                pub(crate) struct Twin {
                    #[prost($($prost)*, tag = "1")]
                    pub(crate) plain: $type,
                    #[prost($($prost)*, optional, tag = "2")]
                    pub(crate) optional: Option<$type>,
                    #[prost($($prost)*, repeated, tag = "3")]
                    pub(crate) repeated: Vec<$type>,
                    #[prost(oneof = "Oneof", tags = "4, 5")]
                    pub(crate) oneof: Option<Oneof>,
                    #[prost(btree_map = $map_prost, tag = "6")]
                    pub(crate) map: BTreeMap<String, $type>,
                }

                #[derive(Clone, PartialEq, prost::Oneof)]
                pub(crate) enum Oneof {
                    #[prost($($prost)*, tag = "4")]
                    One($type),
                    #[prost(message, tag = "5")]
                    Other(()),
                }
            }

            proptest! {
                #[test]
                fn gives_the_same_bytes(
                    plain in <$type>::sample(),
                    optional in prop::option::of(<$type>::sample()),
                    repeated in prop::collection::vec(<$type>::sample(), 0..4),
                    oneof in prop::option::of(prop::option::of(<$type>::sample())),
                    map in prop::collection::btree_map(String::sample(), <$type>::sample(), 0..4),
                ) {
                    let derived = derived::Twin {
                        plain: plain.clone(),
                        optional: optional.clone(),
                        repeated: repeated.clone(),
                        oneof: oneof.clone().map(|one| {
                            one.map_or(derived::Oneof::Other(()), derived::Oneof::One)
                        }),
                        map: map.clone(),
                    };
                    let generated = generated::Twin {
                        plain,
                        optional,
                        repeated,
                        oneof: oneof.map(|one| {
                            one.map_or(generated::Oneof::Other(()), generated::Oneof::One)
                        }),
                        map,
                    };
                    check_twins(&derived, &generated)?;
                }
            }
        }
    };
}

scalar!(bool: bool, [], [map(_, _)], [bool], "string, bool");
scalar!(int32: i32, [], [map(_, _)], [int32], "string, int32");
scalar!(int64: i64, [], [map(_, _)], [int64], "string, int64");
scalar!(uint32: u32, [], [map(_, _)], [uint32], "string, uint32");
scalar!(uint64: u64, [], [map(_, _)], [uint64], "string, uint64");
scalar!(sint32: i32, [sint32], [map(_, sint32)], [sint32], "string, sint32");
scalar!(sint64: i64, [sint64], [map(_, sint64)], [sint64], "string, sint64");
scalar!(fixed32: u32, [fixed32], [map(_, fixed32)], [fixed32], "string, fixed32");
scalar!(fixed64: u64, [fixed64], [map(_, fixed64)], [fixed64], "string, fixed64");
scalar!(sfixed32: i32, [sfixed32], [map(_, sfixed32)], [sfixed32], "string, sfixed32");
scalar!(sfixed64: i64, [sfixed64], [map(_, sfixed64)], [sfixed64], "string, sfixed64");
scalar!(float: f32, [], [map(_, _)], [float], "string, float");
scalar!(double: f64, [], [map(_, _)], [double], "string, double");
scalar!(string: String, [], [map(_, _)], [string], "string, string");
scalar!(bytes_vec: Vec<u8>, [], [map(_, _)], [bytes = "vec"], "string, bytes");

/// prost's maps have `Vec<u8>` values alone, so `Bytes` has a test of its own.
#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
struct DerivedBytes {
    plain: Bytes,
    optional: Option<Bytes>,
    repeated: Vec<Bytes>,
    map: BTreeMap<u32, Bytes>,
}

mod generated_bytes {
    use super::*;

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct DerivedBytes {
        #[prost(bytes = "bytes", tag = "1")]
        pub(crate) plain: Bytes,
        #[prost(bytes = "bytes", optional, tag = "2")]
        pub(crate) optional: Option<Bytes>,
        #[prost(bytes = "bytes", repeated, tag = "3")]
        pub(crate) repeated: Vec<Bytes>,
        #[prost(btree_map = "uint32, bytes", tag = "4")]
        pub(crate) map: BTreeMap<u32, Vec<u8>>,
    }
}

proptest! {
    #[test]
    fn shared_bytes_give_the_same_bytes(
        plain in Bytes::sample(),
        optional in prop::option::of(Bytes::sample()),
        repeated in prop::collection::vec(Bytes::sample(), 0..4),
        map in prop::collection::btree_map(u32::sample(), Vec::<u8>::sample(), 0..4),
    ) {
        let derived = DerivedBytes {
            plain: plain.clone(),
            optional: optional.clone(),
            repeated: repeated.clone(),
            map: map.iter().map(|(key, value)| (*key, value.clone().into())).collect(),
        };
        let generated = generated_bytes::DerivedBytes { plain, optional, repeated, map };
        let bytes = derived.encode_to_vec();
        prop_assert_eq!(&bytes, &generated.encode_to_vec());
        prop_assert_eq!(DerivedBytes::decode(&bytes[..]), Ok(derived));
    }
}

macro_rules! key {
    ($name:ident: $type:ty, [$($event:tt)*], $prost:tt) => {
        mod $name {
            use super::*;

            mod derived {
                use super::*;

                #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
                pub(crate) struct Twin {
                    #[event($($event)*)]
                    pub(crate) sorted: BTreeMap<$type, u32>,
                    #[event($($event)*)]
                    pub(crate) hashed: HashMap<$type, u32>,
                }
            }

            mod generated {
                use super::*;

                #[derive(Clone, PartialEq, prost::Message)]
                pub(crate) struct Twin {
                    #[prost(btree_map = $prost, tag = "1")]
                    pub(crate) sorted: BTreeMap<$type, u32>,
                    #[prost(map = $prost, tag = "2")]
                    pub(crate) hashed: HashMap<$type, u32>,
                }
            }

            proptest! {
                #[test]
                fn gives_the_same_bytes(
                    sorted in prop::collection::btree_map(<$type>::sample(), 0..3u32, 0..4),
                    hashed in prop::collection::hash_map(<$type>::sample(), 0..3u32, 0..2),
                ) {
                    let derived = derived::Twin { sorted: sorted.clone(), hashed: hashed.clone() };
                    check_twins(&derived, &generated::Twin { sorted, hashed })?;
                }

                /// In which order, the hashes say.
                #[test]
                fn reads_entries_in_any_order(
                    hashed in prop::collection::hash_map(<$type>::sample(), 0..3u32, 0..20),
                ) {
                    let generated = generated::Twin { hashed: hashed.clone(), ..Default::default() };
                    let derived = derived::Twin::decode(&generated.encode_to_vec()[..]);
                    prop_assert_eq!(derived.map(|twin| twin.hashed), Ok(hashed));
                }
            }
        }
    };
}

key!(key_bool: bool, [map(_, _)], "bool, uint32");
key!(key_int32: i32, [map(_, _)], "int32, uint32");
key!(key_int64: i64, [map(_, _)], "int64, uint32");
key!(key_uint32: u32, [map(_, _)], "uint32, uint32");
key!(key_uint64: u64, [map(_, _)], "uint64, uint32");
key!(key_sint32: i32, [map(sint32, _)], "sint32, uint32");
key!(key_sint64: i64, [map(sint64, _)], "sint64, uint32");
key!(key_fixed32: u32, [map(fixed32, _)], "fixed32, uint32");
key!(key_fixed64: u64, [map(fixed64, _)], "fixed64, uint32");
key!(key_sfixed32: i32, [map(sfixed32, _)], "sfixed32, uint32");
key!(key_sfixed64: i64, [map(sfixed64, _)], "sfixed64, uint32");
key!(key_string: String, [map(_, _)], "string, uint32");
