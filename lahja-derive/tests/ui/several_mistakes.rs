use lahja::Event;

#[derive(Clone, Debug, Default, lahja::Event)]
#[event(package = "chat-v1", type_id = 0, colour = "red")]
struct Posted<'a> {
    #[event(tag = 0)]
    room: String,
    #[event(tag = 7)]
    text: String,
    #[event(tag = 7, optional)]
    author: Option<String>,
    #[event(oneof, tag = 9)]
    body: Option<Body<'a>>,
}

#[derive(Clone, Debug, lahja::Oneof)]
enum Body<'a> {
    Text(&'a str),
    #[event(tag = 9)]
    Nothing,
}

fn publish(_: impl Event) {}

fn main() {
    // What uses a wrong item is no further mistake.
    publish(Posted::default());
}
