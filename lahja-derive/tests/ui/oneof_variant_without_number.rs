#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Body {
    Text(String),
}

fn main() {}
