#[derive(Clone, Debug, Default, lahja::Event)]
struct Größe {}

fn main() {}
