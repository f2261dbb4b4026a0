#[derive(Clone, Debug, Default, lahja::Event)]
#[event]
struct Posted {
    #[event = "5"]
    text: String,
}

fn main() {}
