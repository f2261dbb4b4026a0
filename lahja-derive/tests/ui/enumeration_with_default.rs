#[derive(Clone, Copy, Debug, Default, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    #[default]
    Happy = 1,
}

fn main() {}
