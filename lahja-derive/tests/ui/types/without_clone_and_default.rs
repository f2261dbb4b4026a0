#[derive(Debug, lahja::Event)]
struct Posted {
    text: String,
}

fn main() {}
