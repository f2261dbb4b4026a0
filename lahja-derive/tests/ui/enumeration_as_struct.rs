#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
struct Mood {}

fn main() {}
