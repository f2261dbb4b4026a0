//! Which packages are in which files.

use std::fs;

use lahja::schema::{ProtoFiles, Schema};

use crate::support::{compile, text};

mod shop {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "shop.v1", response = super::users::User)]
    pub(crate) struct GetBuyer {
        pub(crate) order: Option<Order>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    #[event(package = "shop.v1")]
    pub(crate) struct Order {
        pub(crate) number: u64,
        pub(crate) kind: super::Kind,
    }
}

mod users {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "users.v1")]
    pub(crate) struct User {
        pub(crate) orders: Vec<super::shop::Order>,
        pub(crate) last: super::Kind,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[event(package = "kinds", name = "OrderKind")]
#[repr(i32)]
enum Kind {
    Unspecified = 0,
    Gift = 1,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "")]
struct Rootless {
    user: Option<users::User>,
}

/// `shop.v1` needs `users.v1`, which needs `shop.v1`, and both need `kinds`.
pub(crate) fn exported() -> ProtoFiles {
    Schema::new()
        .event::<shop::GetBuyer>()
        .event::<Rootless>()
        .build()
        .expect("protobuf can say all of it")
}

fn names(files: &ProtoFiles) -> Vec<&str> {
    files.iter().map(lahja::schema::ProtoFile::name).collect()
}

#[test]
fn packages_that_need_each_other_are_files_that_do_not() {
    let files = exported();
    compile(&files);
    let expected = [
        "lahja.proto",
        "kinds/events.proto",
        "shop/v1/events.proto",
        "users/v1/events.proto",
        "events.proto",
        "shop/v1/events_2.proto",
    ];
    assert_eq!(names(&files), expected);
    let messages = |name| {
        let file = files.get(name).expect("it is one of them").descriptor();
        let messages = file.message_type.iter();
        messages
            .map(|message| message.name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(messages("shop/v1/events.proto"), ["Order"]);
    assert_eq!(messages("shop/v1/events_2.proto"), ["GetBuyer"]);
}

#[test]
fn lahja_proto_is_there_for_events_alone() {
    let only_well_known = Schema::new().event::<()>().build().expect("it is known");
    assert_eq!(names(&only_well_known), [""; 0]);
    let none = Schema::new().build().expect("there is nothing to say");
    assert_eq!(none.encode_file_descriptor_set(), []);
}

#[test]
fn an_event_that_is_named_twice_is_exported_once() {
    let files = Schema::new()
        .event::<Rootless>()
        .event::<Rootless>()
        .build();
    let text = text(&files.expect("it is the same type"), "").to_owned();
    assert_eq!(text.matches("message Rootless").count(), 1, "{text}");
}

#[test]
fn files_are_written_into_folders_as_import_names_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = exported();
    for _ in 0..2 {
        files
            .write_to(folder.path().join("proto"))
            .expect("it can be written");
    }
    for file in files.iter() {
        let written = fs::read_to_string(folder.path().join("proto").join(file.name()));
        assert_eq!(written.expect("it was written"), file.text());
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let error = exported()
        .write_to(file.path())
        .expect_err("a file is no folder");
    assert!(
        error.to_string().contains(&*file.path().to_string_lossy()),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
}
