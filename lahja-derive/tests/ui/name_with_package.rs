#[derive(Clone, Debug, Default, lahja::Event)]
#[event(name = "chat.v1.Posted")]
struct Posted {}

fn main() {}
