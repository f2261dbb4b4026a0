#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
enum Mood {}

fn main() {}
