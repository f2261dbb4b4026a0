#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Body {
    #[event(tag = 1)]
    Nothing,
    #[event(tag = 2)]
    Two(String, String),
    #[event(tag = 3)]
    Named { text: String },
    #[event(tag = 4)]
    Inside(#[event(sint32)] i32),
    #[event(tag = 5, oneof)]
    Nested(String),
}

fn main() {}
