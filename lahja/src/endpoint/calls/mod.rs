//! What users call on an [`Endpoint`](crate::Endpoint), by subject; each call only delegates.

mod asking;
mod broadcasting;
mod connecting;
mod subscribing;
