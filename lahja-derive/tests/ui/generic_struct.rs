#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted<T> {
    body: Vec<T>,
}

fn main() {}
