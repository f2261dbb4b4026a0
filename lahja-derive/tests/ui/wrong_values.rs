#[derive(Clone, Debug, Default, lahja::Event)]
#[event(package = chat, name, type_id = "7", prost = true)]
struct Posted {
    #[event(tag = "5")]
    text: String,
    #[event(tag)]
    more: String,
    #[event(sint32 = 4)]
    number: i32,
    #[event(map(sint32))]
    map: std::collections::HashMap<i32, i32>,
    #[event(tag =)]
    nothing: String,
}

fn main() {}
