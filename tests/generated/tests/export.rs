//! Events of `.proto` files are exported as these files.
#![deny(warnings, clippy::all, clippy::pedantic)]

use std::fs;
use std::path::Path;

use lahja::schema::{ProtoFile, ProtoFiles, Schema};
use lahja_generated_tests::proto;
use prost_reflect::DescriptorPool;

mod orders {
    lahja::include_proto!("orders.v1");
}

fn names(files: &ProtoFiles) -> Vec<&str> {
    files.iter().map(ProtoFile::name).collect()
}

fn original(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path);
    fs::read_to_string(path).expect("it is readable")
}

#[test]
fn a_file_is_as_it_was_written() {
    let schema = Schema::new().event::<proto::chat::v1::GetHistory>();
    let files = schema.build().expect("the file is known");
    assert_eq!(names(&files), ["lahja.proto", "chat.proto"]);
    let chat = files.get("chat.proto").expect("it is the second");
    assert_eq!(chat.text(), original("chat/chat.proto"));
}

#[test]
fn its_options_are_in_the_bytes() {
    let schema = Schema::new().event::<proto::chat::v1::GetHistory>();
    let set = schema
        .build()
        .expect("the file is known")
        .encode_file_descriptor_set();
    let mut pool = DescriptorPool::global();
    pool.decode_file_descriptor_set(&set[..])
        .expect("the set is complete");
    let event = pool
        .get_extension_by_name("lahja.event")
        .expect("lahja.proto is in it");
    let request = pool
        .get_message_by_name("chat.v1.GetHistory")
        .expect("it is declared");
    let options = request.options().get_extension(&event).to_string();
    assert!(options.contains("response:\"History\""), "{options}");
}

#[test]
fn what_a_file_imports_comes_along_and_nothing_else() {
    let schema = Schema::new().event::<proto::other::v1::GetItem>();
    let files = schema.build().expect("the files are known");
    assert_eq!(
        names(&files),
        ["lahja.proto", "one/types.proto", "other/item.proto"]
    );
    let item = files.get("other/item.proto").expect("it is the last");
    assert_eq!(item.text(), original("packages/other/item.proto"));
}

#[test]
fn types_of_another_crate_are_in_its_file() {
    let schema = Schema::new().event::<orders::BuyerRequest>();
    let files = schema
        .event::<lahja_generated_accounts::v1::Account>()
        .build();
    let files = files.expect("both crates have the same file");
    assert_eq!(
        names(&files),
        ["lahja.proto", "accounts.proto", "orders.proto"]
    );
}

#[test]
fn names_that_look_like_others_are_found() {
    let schema = Schema::new().event::<proto::shop::v1::order::cancel::Now>();
    let files = schema.build().expect("the file is known");
    assert!(
        names(&files).contains(&"nested.proto"),
        "{:?}",
        names(&files)
    );
}

mod mixed {
    /// Of a name that a file of the fixtures declares as another message.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1", name = "History")]
    pub(crate) struct OtherHistory {
        pub(crate) posted: Option<lahja_generated_tests::chat::MessagePosted>,
    }
}

#[test]
fn a_derived_type_that_differs_from_that_of_a_file_is_a_mistake() {
    let error = Schema::new().event::<mixed::OtherHistory>().build();
    let error = error
        .expect_err("`chat.v1.History` is two messages")
        .to_string();
    let expected = "`chat.v1.History` is declared twice, and not alike, by the file `chat.proto` and \
                    `export::mixed::OtherHistory`";
    assert!(error.contains(expected), "{error}");
}
