#[derive(Debug, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
}

fn main() {}
