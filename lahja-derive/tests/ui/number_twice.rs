#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    room: String,
    #[event(tag = 1)]
    text: String,
    #[event(tag = 4)]
    author: String,
    time: u64,
}

fn main() {}
