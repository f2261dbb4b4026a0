//! Events that are exported and compiled again are the same events.

use std::fs;
use std::path::Path;

use lahja::schema::{ProtoFiles, Schema};
use lahja::{Event, Request};
use lahja_derived_tests::Label;

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat.v1")]
struct MessagePosted {
    text: String,
    mood: Mood,
    /// From a `.proto` file.
    label: Option<Label>,
}

#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    VeryHappy = 1,
}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat.v1", type_id = 0x2a, response = History)]
struct GetHistory {}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "archive.v1")]
struct History {
    messages: Vec<MessagePosted>,
}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat.v1", response = ())]
struct Leave {}

fn exported() -> ProtoFiles {
    let schema = Schema::new().event::<GetHistory>().event::<Leave>();
    schema.build().expect("protobuf can say all of it")
}

/// The code that lahja-build generates for the files.
fn generate(files: &ProtoFiles) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    files
        .write_to(folder.path().join("proto"))
        .expect("it can be written");
    let protos: Vec<_> = files.iter().map(lahja::schema::ProtoFile::name).collect();
    lahja_build::configure()
        .out_dir(folder.path().join("out"))
        .emit_rerun_if_changed(false)
        .compile_protos(&protos, &[folder.path().join("proto")])
        .unwrap_or_else(|error| panic!("{error}"));
    let code = |name| fs::read_to_string(folder.path().join("out").join(name));
    ["chat.v1.rs", "archive.v1.rs"]
        .map(|name| code(name).expect("it was generated"))
        .concat()
}

#[test]
fn names_type_ids_and_responses_stay() {
    let code = generate(&exported());
    let call = |path: &str, name: &str, rest: &str| {
        format!("::lahja::__event! {{ type: {path}, name: \"{name}\"{rest} }}\n")
    };
    let response = "super::super::archive::v1::History";
    for call in [
        call("MessagePosted", MessagePosted::NAME, ""),
        call("History", <GetHistory as Request>::Response::NAME, ""),
        call("Leave", Leave::NAME, ", response: ()"),
        call(
            "GetHistory",
            GetHistory::NAME,
            &format!(", type_id: 0x0000_0000_0000_002a, response: {response}"),
        ),
    ] {
        assert!(code.contains(&call), "no `{call}` in:\n{code}");
    }
    assert!(code.contains("VeryHappy = 1"), "another name in:\n{code}");
}

#[test]
fn what_a_file_declares_is_exported_as_that_file() {
    let files = exported();
    let file = files.get("twins.proto").expect("`Label` is in it");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto/twins.proto");
    assert_eq!(
        file.text(),
        fs::read_to_string(original).expect("it is readable")
    );
    assert_eq!((file.name(), file.package()), ("twins.proto", "twins.v1"));
    let posted = files
        .get("chat/v1/events.proto")
        .expect("`MessagePosted` is in it");
    assert!(
        posted.text().contains("  twins.v1.Label label = 3;\n"),
        "{}",
        posted.text()
    );
}
