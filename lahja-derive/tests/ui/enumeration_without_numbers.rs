#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified,
    Happy,
    Sad = 7,
    Other,
}

fn main() {}
