#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(oneof)]
    body: String,
}

fn main() {}
