#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Body {
    #[event(tag = 1)]
    Text(String),
}

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    room: String,
    #[event(oneof)]
    body: Option<Body>,
}

fn main() {}
