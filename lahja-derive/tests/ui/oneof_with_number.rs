#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Body {
    #[event(tag = 2)]
    Text(String),
}

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(oneof, tag = 2, sint32)]
    body: Option<Body>,
}

fn main() {}
