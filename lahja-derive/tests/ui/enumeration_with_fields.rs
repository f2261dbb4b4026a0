#[derive(Clone, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    Happy(String) = 1,
}

fn main() {}
