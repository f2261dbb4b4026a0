#[derive(Clone, Debug, Default, lahja::Event)]
#[event(pakage = "chat.v1")]
struct Posted {
    #[event(id = 5)]
    text: String,
}

fn main() {}
