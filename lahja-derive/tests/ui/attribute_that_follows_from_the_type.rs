#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(string, tag = 7)]
    text: String,
    #[event(repeated)]
    numbers: Vec<u32>,
}

fn main() {}
