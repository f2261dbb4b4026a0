//! The bus as its users see it, within one process; each promise of the documentation has its
//! test here, except those that only several processes can show.
#![allow(
    clippy::unwrap_used,
    reason = "the helpers of a test may fail as the test itself may"
)]

mod events;
mod raw;
mod support;

mod answers;
mod broadcasts;
mod busy_poll;
mod cancellation;
mod compression;
mod connecting;
mod delivery_choices;
mod errors;
mod flow;
mod handlers;
mod leaving;
mod local;
mod mixed_ways;
mod order;
mod queries;
mod requests;
mod runtimes;
mod sockets;
mod start_up;
mod stopping;
mod streams;
mod twins;
mod under_load;
mod user_code;
mod users;
