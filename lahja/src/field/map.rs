//! Maps: repeated entries of a key and a value, each with an encoding of its own.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::marker::PhantomData;

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};

use super::{
    Codec, Element, ElementCodec, Field, FieldCodec, Fixed32, Fixed64, Natural, Sfixed32, Sfixed64,
    Sint32, Sint64,
};
use crate::declaration::Shape;

/// A type that can be the key of a map.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a protobuf map",
    label = "not the key of a protobuf map, or not with this encoding",
    note = "keys are `bool`, `i32`, `i64`, `u32`, `u64` or `String`"
)]
pub trait Key<E = Natural>: Element<E> + Default + Eq + Hash + Ord {}

macro_rules! key {
    ($type:ty: $($encoding:ident),+) => {
        $(impl Key<$encoding> for $type {})+
    };
}

key!(bool: Natural);
key!(i32: Natural, Sint32, Sfixed32);
key!(i64: Natural, Sint64, Sfixed64);
key!(u32: Natural, Fixed32);
key!(u64: Natural, Fixed64);
key!(String: Natural);

/// An encoding that a map can have: one for its keys and one for its values.
#[diagnostic::on_unimplemented(
    message = "a map has two encodings",
    label = "a map, under the encoding of one value",
    note = "write `#[event(map(key, value))]`, with `_` for the one that stays as it is"
)]
pub trait MapEncoding {
    /// The encoding of the keys.
    type Key;
    /// The encoding of the values.
    type Value;
}

impl MapEncoding for Natural {
    type Key = Natural;
    type Value = Natural;
}

impl<K, V> MapEncoding for (K, V) {
    type Key = K;
    type Value = V;
}

/// A `map` field.
#[derive(Debug)]
pub struct Map<K, V>(PhantomData<(K, V)>);

macro_rules! map {
    ($type:ident, $module:ident) => {
        impl<K, V, E> Field<E> for $type<K, V>
        where
            E: MapEncoding,
            K: Key<E::Key>,
            V: Element<E::Value> + PartialEq,
        {
            type Codec = Map<K::Codec, V::Codec>;
        }

        impl<K, V, KC, VC> FieldCodec<$type<K, V>> for Map<KC, VC>
        where
            K: Default + Eq + Hash + Ord,
            V: PartialEq,
            KC: ElementCodec<K>,
            VC: ElementCodec<V>,
        {
            const SHAPE: Shape = Shape::Map(KC::TYPE, VC::TYPE);
        }

        impl<K, V, KC, VC> Codec<$type<K, V>> for Map<KC, VC>
        where
            K: Default + Eq + Hash + Ord,
            V: PartialEq,
            KC: Codec<K>,
            VC: ElementCodec<V>,
        {
            fn encode(tag: u32, entries: &$type<K, V>, buf: &mut impl BufMut) {
                encoding::$module::encode_with_default(
                    KC::encode,
                    KC::encoded_len,
                    VC::encode,
                    VC::encoded_len,
                    &VC::initial(),
                    tag,
                    entries,
                    buf,
                );
            }

            fn merge(
                wire_type: WireType,
                entries: &mut $type<K, V>,
                buf: &mut impl Buf,
                ctx: DecodeContext,
            ) -> Result<(), DecodeError> {
                encoding::check_wire_type(WireType::LengthDelimited, wire_type)?;
                encoding::$module::merge_with_default(
                    KC::merge,
                    VC::merge,
                    VC::initial(),
                    entries,
                    buf,
                    ctx,
                )
            }

            fn encoded_len(tag: u32, entries: &$type<K, V>) -> usize {
                encoding::$module::encoded_len_with_default(
                    KC::encoded_len,
                    VC::encoded_len,
                    &VC::initial(),
                    tag,
                    entries,
                )
            }
        }
    };
}

map!(HashMap, hash_map);
map!(BTreeMap, btree_map);
