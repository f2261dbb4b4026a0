//! Each request is bound to its response. What is wrong here does not compile.

use lahja::Request;
use lahja_generated_tests::{bare, keywords, proto};

fn assert_bound<R: Request<Response = Response>, Response>() {}

#[test]
fn by_an_option_that_names_the_response_as_a_field_would() {
    use proto::shop::v1::{Order, Result, Search, order};
    assert_bound::<Order, order::Result>();
    assert_bound::<order::Cancel, order::Result>();
    assert_bound::<order::cancel::Now, order::Result>();
    assert_bound::<order::Refund, Result>();
    assert_bound::<Search, Result>();
}

#[test]
fn by_an_rpc() {
    use proto::bank::v1::{Account, OpenRequest};
    use proto::files::v1::{Content, File};
    assert_bound::<OpenRequest, Account>();
    assert_bound::<File, Content>();
}

#[test]
fn to_a_well_known_type() {
    use proto::bank::v1::{CloseRequest, ExistsRequest, LastSeenRequest};
    assert_bound::<CloseRequest, ()>();
    assert_bound::<LastSeenRequest, lahja::prost_types::Timestamp>();
    assert_bound::<ExistsRequest, bool>();
}

#[test]
fn across_packages_in_both_directions() {
    assert_bound::<proto::one::v1::GetItem, proto::other::v1::Item>();
    assert_bound::<proto::other::v1::GetItem, proto::one::v1::Item>();
    assert_bound::<proto::one::v1::GetRoot, proto::one::Root>();
    assert_bound::<proto::split::v1::Ask, proto::split::v1::Answer>();
}

#[test]
fn under_names_that_rust_keeps_for_itself() {
    assert_bound::<bare::Ping, bare::outer::Pong>();
    assert_bound::<keywords::Self_, keywords::Async>();
    assert_bound::<keywords::r#async::Crate, keywords::r#async::super_::Self_>();
}
