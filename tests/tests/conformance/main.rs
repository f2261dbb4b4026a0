//! The conformance kit, for Rust alone and for the clients in other languages beside it; and what
//! those clients say of themselves.
//!
//! Needs what the languages need: Python 3.10 or later, Node.js 20 or later. Where one is missing, the tests
//! say what to install.

mod clients;
mod guests;
mod kit;
mod languages;
mod messages;
