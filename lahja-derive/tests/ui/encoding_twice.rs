#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(sint32, sfixed32)]
    number: i32,
}

fn main() {}
