//! What is encoded decodes to the same.

use std::collections::HashMap;

use lahja::Event;
use lahja::prost_types::{Any, Duration, Struct, Timestamp};
use lahja_generated_tests::proto::kinds::v1::{Everything, everything};
use lahja_generated_tests::proto::old::{Color, Old, old};

#[track_caller]
fn assert_round_trip<E: Event + std::fmt::Debug + PartialEq>(event: &E) {
    let decoded = E::decode(event.encode_to_vec().as_slice()).expect("it was just encoded");
    assert_eq!(decoded, *event);
}

#[test]
fn fields_of_every_kind() {
    let leaf = Everything {
        maybe: Some(String::new()),
        choice: Some(everything::Choice::Color(everything::Color::Red.into())),
        ..Everything::default()
    };
    let event = Everything {
        numbers: vec![i64::MIN, -1, 0, i64::MAX],
        children: HashMap::from([("leaf".to_owned(), leaf.clone())]),
        colors: HashMap::from([(-1, everything::Color::Red.into())]),
        next: Some(Box::new(leaf.clone())),
        choice: Some(everything::Choice::Everything(Box::new(leaf))),
        at: Some(Timestamp::default()),
        took: Some(Duration::default()),
        any: Some(Any::default()),
        json: Some(Struct::default()),
        wrapped: Some("wrapped".to_owned()),
        raw: vec![0, 255],
        ..Everything::default()
    };
    assert_round_trip(&event);
    assert_round_trip(&Everything {
        choice: Some(everything::Choice::Nothing(())),
        ..Everything::default()
    });
}

#[test]
fn proto2_with_its_groups_and_defaults() {
    let event = Old {
        name: "required".to_owned(),
        packed: vec![1, 2, 3],
        inner: Some(old::Inner {
            deep: Some("in a group".to_owned()),
        }),
        ..Old::default()
    };
    assert_round_trip(&event);
    assert_eq!(event.count(), -5);
    assert_eq!(event.text(), "a \"quoted\" one");
    assert_eq!(event.raw(), b"\x01\xff");
    assert_eq!(event.color(), Color::Red);
    assert!(event.huge().is_infinite());
}
