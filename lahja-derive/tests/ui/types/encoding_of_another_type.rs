#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(sint32)]
    number: u64,
}

fn main() {}
