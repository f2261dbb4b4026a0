#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Body {
    #[event(tag = 1)]
    Text(String),
    #[event(tag = 1)]
    Picture(Vec<u8>),
}

fn main() {}
