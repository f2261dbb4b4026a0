const HAPPY: i32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    Happy = HAPPY,
}

fn main() {}
