#[derive(Clone, Debug, lahja::Event)]
enum Posted {
    Text(String),
}

fn main() {}
