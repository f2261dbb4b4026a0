//! Maps by type ID or by number, which every event looks into.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A map whose keys hash as one 64-bit number: [`TypeId`](crate::TypeId), or a number itself.
pub(crate) type IdMap<K, V> = HashMap<K, V, IdHash>;

/// Multiplies by a number that nobody else knows: enough for keys that peers may choose, of which
/// there are few, and much cheaper than what the standard library takes for strings.
///
/// Multiplicative hashing as in Knuth, The Art of Computer Programming, volume 3, section 6.4.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdHash {
    factor: u64,
}

impl Default for IdHash {
    fn default() -> Self {
        let factor = RandomState::new().hash_one(0) | 1;
        Self { factor }
    }
}

impl BuildHasher for IdHash {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        IdHasher {
            factor: self.factor,
            hash: 0,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct IdHasher {
    factor: u64,
    hash: u64,
}

impl Hasher for IdHasher {
    fn write_u64(&mut self, number: u64) {
        let product = u128::from(number) * u128::from(self.factor);
        // The high half depends on every bit of the number, and maps look at both ends.
        self.hash ^= (product as u64) ^ ((product >> 64) as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut number = [0; 8];
            number[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(number));
        }
    }

    fn finish(&self) -> u64 {
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_that_differ_in_few_bits_spread_over_both_ends_of_the_hash() {
        let hash = IdHash::default();
        let keys = (0..1024u64).flat_map(|n| [n, n << 20, n << 40, n << 54]);
        let keys: HashSet<u64> = keys.collect();
        let spread = |part: fn(u64) -> u64| {
            let parts: HashSet<u64> = keys.iter().map(|key| part(hash.hash_one(key))).collect();
            parts.len()
        };
        assert!(
            spread(|hash| hash & 0xfff) > 1000,
            "the low end picks the bucket"
        );
        assert!(
            spread(|hash| hash >> 57) > 100,
            "the high end tells keys of a bucket apart"
        );
    }
}
