#![no_implicit_prelude]

#[derive(::std::clone::Clone, ::std::fmt::Debug, ::std::default::Default, ::lahja::Event)]
#[event(package = "2")]
struct Posted {
    mood: Mood,
}

#[derive(::std::clone::Clone, ::std::marker::Copy, ::std::fmt::Debug, ::std::cmp::PartialEq)]
#[derive(::lahja::Enumeration)]
enum Mood {
    Unspecified = 0,
}

fn main() {}
