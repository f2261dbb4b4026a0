//! Derives of [lahja](https://docs.rs/lahja), which re-exports them: use them as `lahja::Event`,
//! `lahja::Message`, `lahja::Enumeration` and `lahja::Oneof`.
#![forbid(unsafe_code)]

mod ast;
mod attr;
mod derive;
mod expand;
mod fallback;
mod report;
mod valid;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("../docs/event.md")]
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::event(&input).into()
}

#[doc = include_str!("../docs/message.md")]
#[proc_macro_derive(Message, attributes(event))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::message(&input).into()
}

#[doc = include_str!("../docs/enumeration.md")]
#[proc_macro_derive(Enumeration, attributes(event))]
pub fn derive_enumeration(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::enumeration(&input).into()
}

#[doc = include_str!("../docs/oneof.md")]
#[proc_macro_derive(Oneof, attributes(event))]
pub fn derive_oneof(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::oneof(&input).into()
}
