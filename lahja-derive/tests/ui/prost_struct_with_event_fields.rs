use lahja::prost;

#[derive(Clone, PartialEq, prost::Message, lahja::Event)]
#[prost(prost_path = "lahja::prost")]
struct Posted {
    #[prost(string, tag = "1")]
    #[event(tag = 1)]
    text: String,
}

fn main() {}
