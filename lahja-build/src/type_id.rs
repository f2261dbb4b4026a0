//! The same hash as `lahja::TypeId::of`: build.rs does without the runtime.

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// The type ID that follows from an event's full name: its 64-bit FNV-1a hash.
pub(crate) fn of(name: &str) -> u64 {
    name.bytes().fold(OFFSET_BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_ids_of_the_protocol_page() {
        assert_eq!(super::of("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(super::of("chat.v1.MessagePosted"), 0xcbdd_c68f_00a3_8370);
    }
}
