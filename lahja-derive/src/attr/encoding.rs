//! The encodings that a Rust type does not have by itself.

use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, Result, Token};

/// A protobuf type that shares its Rust type with the one that is meant by default.
#[derive(Clone, Copy)]
pub(crate) enum Numeric {
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
}

/// What the attributes of a field say about its encoding.
#[derive(Clone, Copy)]
pub(crate) enum Encoding {
    /// Nothing: the Rust type decides.
    Natural,
    Numeric(Numeric),
    Map {
        key: Option<Numeric>,
        value: Option<Numeric>,
    },
}

impl Numeric {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "sint32" => Self::Sint32,
            "sint64" => Self::Sint64,
            "fixed32" => Self::Fixed32,
            "fixed64" => Self::Fixed64,
            "sfixed32" => Self::Sfixed32,
            "sfixed64" => Self::Sfixed64,
            _ => return None,
        })
    }
}

/// What stands in `map(…)`.
pub(super) struct MapEncodings {
    pub(super) key: Option<Numeric>,
    pub(super) value: Option<Numeric>,
}

impl Parse for MapEncodings {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let key = parse_numeric(input)?;
        input.parse::<Token![,]>()?;
        let value = parse_numeric(input)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { key, value })
    }
}

fn parse_numeric(input: ParseStream<'_>) -> Result<Option<Numeric>> {
    if input.parse::<Option<Token![_]>>()?.is_some() {
        return Ok(None);
    }
    let name: Ident = input.parse()?;
    match Numeric::from_name(&name.to_string()) {
        Some(numeric) => Ok(Some(numeric)),
        None => Err(Error::new_spanned(name, "not an encoding")),
    }
}
