//! Single values in the kit's notation.

use bytes::Bytes;
use serde_json::Value;

/// A value of a protobuf type, as `proto/conformance/README.md` writes it.
pub trait Item: Sized {
    /// The value in JSON.
    fn to_json(&self) -> Value;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// What it should have been.
    fn from_json(json: &Value) -> Result<Self, String>;

    /// Whether a field without presence leaves it out.
    fn is_default(&self) -> bool;
}

fn text(json: &Value) -> Result<&str, String> {
    json.as_str().ok_or_else(|| format!("{json} is no text"))
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Item for $type {
            fn to_json(&self) -> Value {
                Value::from(*self)
            }

            fn from_json(json: &Value) -> Result<Self, String> {
                let number = json.as_i64().and_then(|number| number.try_into().ok());
                number.ok_or_else(|| format!("{json} is no {}", stringify!($type)))
            }

            fn is_default(&self) -> bool {
                *self == 0
            }
        }
    )*};
}

number!(i32, u32);

macro_rules! long_number {
    ($($type:ty),*) => {$(
        impl Item for $type {
            fn to_json(&self) -> Value {
                Value::from(self.to_string())
            }

            fn from_json(json: &Value) -> Result<Self, String> {
                let text = text(json)?;
                let number = match text.strip_prefix("0x") {
                    Some(digits) => Self::from_str_radix(digits, 16),
                    None => text.parse(),
                };
                number.map_err(|error| format!("{text}: {error}"))
            }

            fn is_default(&self) -> bool {
                *self == 0
            }
        }
    )*};
}

long_number!(i64, u64);

macro_rules! bits {
    ($($type:ty as $bits:ty, $digits:literal;)*) => {$(
        impl Item for $type {
            fn to_json(&self) -> Value {
                Value::from(format!(concat!("0x{:0", $digits, "x}"), self.to_bits()))
            }

            fn from_json(json: &Value) -> Result<Self, String> {
                let text = text(json)?;
                let digits = text.strip_prefix("0x").unwrap_or_default();
                let bits = <$bits>::from_str_radix(digits, 16);
                bits.map(Self::from_bits).map_err(|error| format!("{text}: {error}"))
            }

            fn is_default(&self) -> bool {
                self.to_bits() == 0
            }
        }
    )*};
}

bits! { f64 as u64, "16"; f32 as u32, "8"; }

impl Item for bool {
    fn to_json(&self) -> Value {
        Value::from(*self)
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        json.as_bool()
            .ok_or_else(|| format!("{json} is neither true nor false"))
    }

    fn is_default(&self) -> bool {
        !self
    }
}

impl Item for String {
    fn to_json(&self) -> Value {
        Value::from(self.as_str())
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        text(json).map(str::to_owned)
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl Item for Vec<u8> {
    fn to_json(&self) -> Value {
        Value::from(to_hex(self))
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        from_hex(text(json)?)
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl Item for Bytes {
    fn to_json(&self) -> Value {
        Value::from(to_hex(self))
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        Vec::from_json(json).map(Self::from)
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Item> Item for Box<T> {
    fn to_json(&self) -> Value {
        T::to_json(self)
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        T::from_json(json).map(Self::new)
    }

    fn is_default(&self) -> bool {
        T::is_default(self)
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Bytes as hex digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        digits.push(digit(byte >> 4));
        digits.push(digit(byte & 15));
    }
    digits
}

/// Bytes from hex digits.
///
/// # Errors
///
/// If they are none.
pub fn from_hex(digits: &str) -> Result<Vec<u8>, String> {
    let half = |digit: u8| char::from(digit).to_digit(16).map(|half| half as u8);
    let byte = |pair: &[u8]| match *pair {
        [high, low] => Some(half(high)? << 4 | half(low)?),
        _ => None,
    };
    let bytes: Option<Vec<_>> = digits.as_bytes().chunks(2).map(byte).collect();
    bytes.ok_or_else(|| format!("{} characters that are no bytes in hex", digits.len()))
}
