#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
enum Mood {
    Unspecified = 0,
}

fn main() {}
