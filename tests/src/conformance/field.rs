//! The fields of messages in JSON: with and without presence, repeated, maps.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::Item;

/// A field of a message.
pub trait Field: Sized {
    /// The field in JSON; `None` where it is left out.
    fn to_json(&self) -> Option<Value>;

    /// Reads it; `json` is `None` where it was left out.
    ///
    /// # Errors
    ///
    /// What it should have been.
    fn from_json(json: Option<&Value>) -> Result<Self, String>;
}

impl<T: Item + Default> Field for T {
    fn to_json(&self) -> Option<Value> {
        (!self.is_default()).then(|| Item::to_json(self))
    }

    fn from_json(json: Option<&Value>) -> Result<Self, String> {
        json.map_or_else(|| Ok(T::default()), Item::from_json)
    }
}

impl<T: Item> Field for Option<T> {
    fn to_json(&self) -> Option<Value> {
        self.as_ref().map(Item::to_json)
    }

    fn from_json(json: Option<&Value>) -> Result<Self, String> {
        json.map(Item::from_json).transpose()
    }
}

impl<T: Item> Field for Vec<T> {
    fn to_json(&self) -> Option<Value> {
        (!self.is_empty()).then(|| self.iter().map(Item::to_json).collect())
    }

    fn from_json(json: Option<&Value>) -> Result<Self, String> {
        let items = json.map_or(Some(&[][..]), |json| json.as_array().map(Vec::as_slice));
        let items = items.ok_or("a repeated field is a list")?;
        items.iter().map(Item::from_json).collect()
    }
}

impl<K, V> Field for BTreeMap<K, V>
where
    K: Display + FromStr<Err: Display> + Ord,
    V: Item,
{
    fn to_json(&self) -> Option<Value> {
        let entry = |(key, value): (&K, &V)| (key.to_string(), value.to_json());
        (!self.is_empty()).then(|| self.iter().map(entry).collect::<Map<_, _>>().into())
    }

    fn from_json(json: Option<&Value>) -> Result<Self, String> {
        let Some(json) = json else {
            return Ok(Self::new());
        };
        let entries = json.as_object().ok_or("a map is an object")?;
        let entry = |(key, value): (&String, &Value)| {
            let parsed = key.parse().map_err(|error| format!("{key}: {error}"))?;
            Ok((parsed, V::from_json(value)?))
        };
        entries.iter().map(entry).collect()
    }
}

/// The fields of one message, each taken once, so that one that is not there is noticed.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Those of an object.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn of(json: &Value) -> Result<Self, String> {
        let fields = json.as_object().ok_or("a message is an object")?;
        Ok(Self(fields.clone()))
    }

    /// Takes a field.
    ///
    /// # Errors
    ///
    /// What it should have been.
    pub fn take<F: Field>(&mut self, name: &str) -> Result<F, String> {
        let json = self.0.remove(name);
        F::from_json(json.as_ref()).map_err(|problem| format!("{name}: {problem}"))
    }

    /// Takes whichever field is left, with its name.
    pub fn take_any(&mut self) -> Option<(String, Value)> {
        let name = self.0.keys().next()?.clone();
        let json = self.0.remove(&name)?;
        Some((name, json))
    }

    /// All must have been taken.
    ///
    /// # Errors
    ///
    /// The fields that were not.
    pub fn finish(self) -> Result<(), String> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(format!("unknown fields: {:?}", self.0)),
        }
    }
}

/// Puts a field into an object, unless it is left out.
pub(super) fn put(object: &mut Map<String, Value>, name: &str, field: &impl Field) {
    if let Some(json) = field.to_json() {
        object.insert(name.to_owned(), json);
    }
}

/// Writes and reads a message field by field.
macro_rules! message {
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl $crate::conformance::Item for $type {
            #[allow(unused_mut)]
            fn to_json(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $($crate::conformance::field::put(&mut object, stringify!($field), &self.$field);)*
                serde_json::Value::Object(object)
            }

            #[allow(unused_mut)]
            fn from_json(json: &serde_json::Value) -> Result<Self, String> {
                let mut fields = $crate::conformance::Fields::of(json)?;
                let message = Self { $($field: fields.take(stringify!($field))?),* };
                fields.finish()?;
                Ok(message)
            }

            /// Messages have presence: one that is there is written.
            fn is_default(&self) -> bool {
                false
            }
        }
    };
}

pub(super) use message;
