#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    small: u16,
}

fn main() {}
