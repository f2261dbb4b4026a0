#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted(String, u32);

fn main() {}
