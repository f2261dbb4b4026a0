//! What users hold: events received, streams and subscriptions.

mod inbox;
mod received;
mod registration;
mod stream;
mod subscription;

pub(crate) use inbox::Inbox;
pub use received::{Received, Reply};
pub(crate) use registration::Registration;
pub use stream::EventStream;
pub use subscription::Subscription;
