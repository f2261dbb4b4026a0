#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Body {
    #[event(tag = 2)]
    Text(String),
}

#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    body: Option<Body>,
}

fn main() {}
