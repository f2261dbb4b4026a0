//! One file with everything that a file can have.

use std::collections::{BTreeMap, HashMap};

use lahja::prost_types::{Duration, Timestamp};
use lahja::schema::{ProtoFiles, Schema};

use crate::support::{assert_golden, text};

/// Somebody said something.
///
/// Comments may have several paragraphs,
///     and indentation.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1")]
struct MessagePosted {
    /// Who said it.
    author: Option<Author>,
    text: String,
    /** In a comment of another form. */
    at: Option<Timestamp>,
    #[doc = concat!("Documentation ", "from a macro.")]
    #[doc(alias = "feeling")]
    mood: Mood,
    /// What was answered, and with what.
    #[event(oneof)]
    subject: Option<Subject>,
    #[event(oneof)]
    attachment: Option<Attachment>,
    #[event(tag = 20)]
    r#type: Option<u32>,
    #[event(tag = 21)]
    moods: Vec<Mood>,
    #[event(tag = 22)]
    mood_by_author: BTreeMap<String, Mood>,
    #[event(tag = 536_870_911)]
    nothing: Option<()>,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
struct Author {
    name: String,
    invited_by: Option<Box<Author>>,
}

/// Not seen: the field has its own.
#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Subject {
    /// A question.
    #[event(tag = 5)]
    Question(String),
    #[event(tag = 9)]
    EarlierMessage(Box<MessagePosted>),
}

/// What came with the message.
#[derive(Clone, Debug, PartialEq, lahja::Oneof)]
enum Attachment {
    #[event(tag = 10, sint64)]
    Score(i64),
    #[event(tag = 11)]
    OtherMood(Mood),
}

/// How it was meant.
#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    /// With a smile.
    VeryHappy = 1,
    r#Sad = -1,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1", type_id = 0x2a, response = History)]
struct GetHistory {
    max_age: Option<Duration>,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1")]
struct History {
    messages: Vec<MessagePosted>,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1", name = "Room.Leave", response = ())]
struct LeaveRoom;

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1", name = "Room.Leave.Reason")]
struct Reason {
    mood: Mood,
}

/// Every scalar, in every encoding.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1")]
struct Scalars {
    bool: bool,
    double: f64,
    float: f32,
    int32: i32,
    #[event(sint32)]
    sint32: i32,
    #[event(sfixed32)]
    sfixed32: Option<i32>,
    uint32: u32,
    #[event(fixed32)]
    fixed32: Vec<u32>,
    int64: i64,
    #[event(sint64)]
    sint64: i64,
    #[event(sfixed64)]
    sfixed64: i64,
    uint64: u64,
    #[event(fixed64)]
    fixed64: u64,
    string: Vec<String>,
    bytes: Vec<u8>,
    shared: lahja::prost::bytes::Bytes,
    #[event(map(sint32, fixed64))]
    map: HashMap<i32, u64>,
}

pub(crate) fn exported() -> ProtoFiles {
    Schema::new()
        .event::<MessagePosted>()
        .event::<GetHistory>()
        .event::<LeaveRoom>()
        .event::<Reason>()
        .event::<Scalars>()
        .build()
        .expect("protobuf can say all of it")
}

#[test]
fn the_text_is_as_people_would_write_it() {
    assert_golden(
        "tests/schema/golden.proto",
        text(&exported(), "chat.v1").as_bytes(),
    );
}
