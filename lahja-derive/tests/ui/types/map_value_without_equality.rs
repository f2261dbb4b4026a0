use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, lahja::Message)]
struct Author {
    name: String,
}

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    by_author: BTreeMap<String, Author>,
}

fn main() {}
