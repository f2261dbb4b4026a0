#[derive(Clone, Debug, Default, lahja::Event)]
#[event(package = "chat-v1")]
struct Posted {}

fn main() {}
