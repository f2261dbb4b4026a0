//! The events of `conformance.proto` by their names.

use lahja::prost::DecodeError;
use lahja::{Event, Request, TypeId};
use serde_json::Value;

use super::Item;
use super::proto::{
    Answer, Ask, Choice, Fail, Hang, Lists, Maps, Note, Optionals, Renumbered, Scalars, Touched,
    Tree,
};

/// An event type, of which only the name is known beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Its type ID.
    pub type_id: TypeId,
    /// The name of the event that answers it.
    pub response: Option<&'static str>,
    /// What bytes mean.
    pub decode: fn(&[u8]) -> Result<Decoded, DecodeError>,
    /// A value's bytes.
    pub encode: fn(&Value) -> Result<Vec<u8>, String>,
}

/// What bytes mean.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The value, in the kit's notation.
    pub value: Value,
    /// The value encoded again.
    pub again: Vec<u8>,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::event::<Note>(),
        Self::request::<Ask>(),
        Self::event::<Answer>(),
        Self::request::<Fail>(),
        Self::request::<Hang>(),
        Self::request::<Touched>(),
        Self::event::<Renumbered>(),
        Self::event::<Scalars>(),
        Self::event::<Optionals>(),
        Self::event::<Lists>(),
        Self::event::<Maps>(),
        Self::event::<Choice>(),
        Self::event::<Tree>(),
    ];

    /// The one of this name.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn named(name: &str) -> Result<Self, String> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name == name);
        kind.ok_or_else(|| format!("no event is called {name}"))
    }

    const fn event<E: Event + Item>() -> Self {
        Self {
            name: E::NAME,
            type_id: E::TYPE_ID,
            response: None,
            decode: |bytes| {
                let event = E::decode(bytes)?;
                Ok(Decoded {
                    value: event.to_json(),
                    again: event.encode_to_vec(),
                })
            },
            encode: |value| Ok(E::from_json(value)?.encode_to_vec()),
        }
    }

    const fn request<R: Request + Item>() -> Self {
        Self {
            response: Some(R::Response::NAME),
            ..Self::event::<R>()
        }
    }
}
