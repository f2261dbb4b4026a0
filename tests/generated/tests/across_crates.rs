//! Types that another crate generates, taken from it by `extern_path`.
#![deny(warnings, clippy::all, clippy::pedantic)]

use lahja::Request;
use lahja_generated_accounts::v1::{Account, account};

mod orders {
    lahja::include_proto!("orders.v1");
}

fn assert_bound<R: Request<Response = Response>, Response>() {}

#[test]
fn they_answer_requests_of_this_crate() {
    assert_bound::<orders::BuyerRequest, Account>();
    assert_bound::<orders::BuyerNameRequest, account::Name>();
}

#[test]
fn they_are_fields_of_its_messages() {
    let name = account::Name {
        first: "Ada".to_owned(),
    };
    let request = orders::BuyerRequest {
        known: Some(Account { name: Some(name) }),
    };
    assert_eq!(
        request
            .known
            .and_then(|known| known.name)
            .map(|name| name.first),
        Some("Ada".to_owned())
    );
}

#[test]
fn what_they_are_requests_for_is_said_in_their_crate() {
    assert_bound::<Account, account::Name>();
}
