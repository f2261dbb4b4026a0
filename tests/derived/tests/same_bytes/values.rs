//! Random values in which the extremes are frequent.

use lahja::prost::bytes::Bytes;
use proptest::prelude::*;

/// A type with values to test.
pub(crate) trait Sample: Sized + std::fmt::Debug + Clone {
    fn sample() -> BoxedStrategy<Self>;
}

macro_rules! sample {
    ($type:ty: $any:expr, $($extreme:expr),+) => {
        impl Sample for $type {
            fn sample() -> BoxedStrategy<Self> {
                prop_oneof![4 => $any, $(1 => Just($extreme)),+].boxed()
            }
        }
    };
}

sample!(bool: any::<bool>(), false);
sample!(i32: any::<i32>(), 0, -1, i32::MIN, i32::MAX);
sample!(i64: any::<i64>(), 0, -1, i64::MIN, i64::MAX);
sample!(u32: any::<u32>(), 0, 127, 128, u32::MAX);
sample!(u64: any::<u64>(), 0, 127, 128, u64::MAX);
sample!(f32: any::<u32>().prop_map(f32::from_bits), 0.0, -0.0, f32::NAN, f32::INFINITY);
sample!(f64: any::<u64>().prop_map(f64::from_bits), 0.0, -0.0, f64::NAN, f64::INFINITY);
sample!(String: ".{0,20}", String::new(), "ß\0".to_owned(), "x".repeat(128));
sample!(Vec<u8>: prop::collection::vec(any::<u8>(), 0..20), vec![], vec![0; 128]);
sample!(Bytes: Vec::<u8>::sample().prop_map(Bytes::from), Bytes::new());
