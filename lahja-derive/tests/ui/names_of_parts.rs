#[derive(Clone, Debug, Default, lahja::Message)]
#[event(package = "chat-v1", name = "1st", response = Author)]
struct Author {
    größe: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[event(name = "")]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    Fröhlich = 1,
}

#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
#[event(name = "body")]
enum Body {
    #[event(tag = 3)]
    Größe(String),
}

fn main() {}
