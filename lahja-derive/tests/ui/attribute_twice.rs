#[derive(Clone, Debug, Default, lahja::Event)]
#[event(package = "chat.v1", package = "chat.v2")]
struct Posted {
    #[event(tag = 1)]
    #[event(tag = 2)]
    text: String,
}

fn main() {}
