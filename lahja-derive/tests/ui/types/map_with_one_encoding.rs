use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(sint32)]
    by_score: BTreeMap<i32, i32>,
}

fn main() {}
