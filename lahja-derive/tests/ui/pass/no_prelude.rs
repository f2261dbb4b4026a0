//! Derived code depends on nothing that the module around it may have renamed.
#![deny(warnings)]
#![no_implicit_prelude]

use ::std::clone::Clone;
use ::std::cmp::PartialEq;
use ::std::default::Default;
use ::std::fmt::Debug;

#[allow(dead_code)]
enum Option {}
#[allow(dead_code)]
enum Result {}
#[allow(dead_code)]
mod core {}
#[allow(dead_code)]
mod std {}

#[derive(Clone, Debug, Default, PartialEq, ::lahja::Event)]
#[event(package = "p", response = Answer)]
struct Question {
    number: i32,
    text: ::std::option::Option<::std::string::String>,
    mood: Mood,
    #[event(oneof)]
    body: ::std::option::Option<Body>,
}

#[derive(Clone, Debug, Default, PartialEq, ::lahja::Event)]
struct Answer {}

#[derive(Clone, Copy, Debug, PartialEq, ::lahja::Enumeration)]
#[repr(i32)]
enum Mood {
    Unspecified = 0,
    Happy = 1,
}

#[derive(Clone, Debug, PartialEq, ::lahja::Oneof)]
enum Body {
    #[event(tag = 10)]
    Text(::std::string::String),
    #[event(tag = 11)]
    Number(u32),
}

fn main() {
    let question = Question {
        mood: Mood::Happy,
        body: ::std::option::Option::Some(Body::Number(1)),
        ..Question::default()
    };
    let _ = Body::Text(::std::string::String::new());
    ::std::assert_eq!(::lahja::prost::Message::encode_to_vec(&question), [3 << 3, 1, 11 << 3, 1]);
    ::std::assert!(Mood::is_valid(1));
}
