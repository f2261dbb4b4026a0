#[derive(Clone, Copy, lahja::Event)]
union Posted {
    number: u32,
}

fn main() {}
