#[derive(Clone, Debug, Default, lahja::Message)]
struct Author {
    name: String,
}

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    author: Author,
}

fn main() {}
