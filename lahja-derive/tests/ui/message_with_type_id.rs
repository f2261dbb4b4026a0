#[derive(Clone, Debug, Default, lahja::Message)]
#[event(package = "chat.v1", type_id = 7)]
struct Author {
    name: String,
}

fn main() {}
