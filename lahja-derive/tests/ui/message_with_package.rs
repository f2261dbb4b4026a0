#[derive(Clone, Debug, Default, lahja::Message)]
#[event(package = "chat.v1")]
struct Author {
    name: String,
}

fn main() {}
