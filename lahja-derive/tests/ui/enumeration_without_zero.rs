#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Happy = 1,
    Sad = 2,
}

fn main() {}
