#[derive(Clone, Debug, Default, lahja::Event)]
#[event(tag = 5)]
struct Posted {
    #[event(package = "chat.v1")]
    text: String,
}

fn main() {}
