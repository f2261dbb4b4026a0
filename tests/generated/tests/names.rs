//! Each generated event has the name that its .proto file gives it, and the type ID of that name.

use lahja::{Event, TypeId};
use lahja_generated_tests::{bare, chat, keywords, proto};

#[track_caller]
fn assert_event<E: Event>(name: &str) {
    assert_eq!(E::NAME, name);
    assert_eq!(E::TYPE_ID, TypeId::of(name));
}

#[test]
fn packages_nest_in_modules() {
    assert_event::<proto::chat::v1::MessagePosted>("chat.v1.MessagePosted");
    assert_event::<proto::one::Root>("one.Root");
    assert_event::<proto::one::v1::Item>("one.v1.Item");
    assert_event::<proto::other::v1::Item>("other.v1.Item");
}

#[test]
fn one_package_can_be_included_by_itself() {
    assert_event::<chat::MessagePosted>("chat.v1.MessagePosted");
}

#[test]
fn a_package_may_be_split_over_files() {
    assert_event::<proto::split::v1::Ask>("split.v1.Ask");
    assert_event::<proto::split::v1::Answer>("split.v1.Answer");
}

#[test]
fn a_file_may_have_no_package() {
    assert_event::<bare::Ping>("Ping");
    assert_event::<bare::outer::Pong>("Outer.Pong");
    assert_event::<proto::Ping>("Ping");
}

#[test]
fn keywords_keep_their_protobuf_names() {
    assert_event::<keywords::Self_>("as.type.self.Self");
    assert_event::<keywords::Async>("as.type.self.async");
    assert_event::<keywords::r#async::super_::Self_>("as.type.self.async.super.Self");
    assert_event::<proto::r#as::r#type::self_::Async>("as.type.self.async");
}

#[test]
fn a_declared_type_id_takes_the_place_of_the_hash() {
    use proto::ids::v1::{Set, SetAndAnswered, Zero};
    assert_eq!(Set::TYPE_ID, TypeId::new(7));
    assert_eq!(SetAndAnswered::TYPE_ID, TypeId::new(0x0123_4567_89ab_cdef));
    assert_event::<Zero>("ids.v1.Zero");
}
