//! The number that stands for an event's name on the wire.

use std::fmt;

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// The 64-bit FNV-1a hash of an event's name, unless its declaration sets another.
///
/// The algorithm is the one of <http://www.isthe.com/chongo/tech/comp/fnv/>. 0 is no type ID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(u64);

impl TypeId {
    /// The type ID of the event of this full protobuf name, as in `"chat.v1.MessagePosted"`.
    #[must_use]
    pub const fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut hash = OFFSET_BASIS;
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(PRIME);
            at += 1;
        }
        Self(hash)
    }

    /// A type ID that a declaration sets, or that came over the wire.
    #[must_use]
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#018x}", self.0)
    }
}

impl fmt::Debug for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::TypeId;

    #[test]
    fn the_ids_of_the_protocol_page() {
        assert_eq!(TypeId::of("a").get(), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(
            TypeId::of("chat.v1.MessagePosted").get(),
            0xcbdd_c68f_00a3_8370
        );
    }
}
