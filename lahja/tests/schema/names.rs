//! Names that look like others.

use lahja::schema::{ProtoFiles, Schema};

use crate::support::text;

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "a.lahja.google", response = Answer)]
#[allow(non_snake_case)]
struct Question {
    message: Option<r#message>,
    r#enum: Vec<r#string>,
    option: bool,
    package: Option<Inner>,
    mixedCase: u32,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "a.lahja.google")]
struct Answer {
    nothing: Option<()>,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
#[allow(non_camel_case_types)]
struct r#message {}

#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
#[event(name = "string")]
#[allow(non_camel_case_types)]
struct r#string {}

/// `Question.Answer` is nearer than `Answer`.
#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
#[event(name = "Question.Answer")]
struct Inner {
    outer: Option<Answer>,
    kind: Kind,
    other: OtherKind,
}

/// Values are neighbours of their enumeration, so both may have an `Unspecified`.
#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[event(name = "Question.Kind")]
#[repr(i32)]
enum Kind {
    /// Of a nested enumeration.
    Unspecified = 0,
}

#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[event(name = "Question.OtherKind")]
#[repr(i32)]
enum OtherKind {
    Unspecified = 0,
}

pub(crate) fn exported() -> ProtoFiles {
    let schema = Schema::new().event::<Question>();
    schema.build().expect("protobuf can say all of it")
}

#[test]
fn a_name_that_would_mean_another_type_is_written_in_full() {
    let files = exported();
    let text = text(&files, "a.lahja.google");
    for line in [
        "option (.lahja.event) = { response: \".a.lahja.google.Answer\" };",
        ".a.lahja.google.message message = 1;",
        "repeated .a.lahja.google.string enum = 2;",
        "bool option = 3;",
        "Answer package = 4;",
        "uint32 mixedCase = 5;",
        ".a.lahja.google.Answer outer = 1;",
        "Question.Kind kind = 2;",
        "OTHER_KIND_UNSPECIFIED = 0;",
        ".google.protobuf.Empty nothing = 1;",
    ] {
        assert!(text.contains(line), "no `{line}` in:\n{text}");
    }
}
