#[derive(Clone, Debug, Default, lahja::Event)]
#[event(response = "Answer")]
struct Question {}

#[derive(Clone, Debug, Default, lahja::Event)]
struct Answer {}

fn main() {}
