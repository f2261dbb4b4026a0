//! Peers that break the protocol, on purpose or not, beside an innocent one that must not suffer.
#![forbid(unsafe_code)]

mod bytes;
mod events;
mod greetings;
mod listeners;
mod payloads;
mod readers;
mod requests;
mod resources;
mod subscriptions;
