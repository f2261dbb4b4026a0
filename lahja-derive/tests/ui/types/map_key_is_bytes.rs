use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    by_score: BTreeMap<Vec<u8>, u32>,
}

fn main() {}
