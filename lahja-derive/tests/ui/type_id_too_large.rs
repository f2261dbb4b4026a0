#[derive(Clone, Debug, Default, lahja::Event)]
#[event(type_id = 0x1_0000_0000_0000_0000)]
struct Posted {}

fn main() {}
