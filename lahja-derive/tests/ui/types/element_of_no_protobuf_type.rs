#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    lists: Vec<Vec<String>>,
}

fn main() {}
