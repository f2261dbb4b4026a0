#[derive(Clone, Debug, Default, lahja::Event)]
#[event(package = "chat.v1", name = "2Posted")]
struct Posted {}

fn main() {}
