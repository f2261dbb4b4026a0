#[derive(Clone, Debug, Default, lahja::Event)]
#[event(type_id = 0)]
struct Posted {}

fn main() {}
