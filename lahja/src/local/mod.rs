//! From a link, or from a local sender, to the subscribers within this process.

mod answer;
mod collector;
mod delivery;
mod flow;
mod mailbox;
mod queue;
mod topic;

pub(crate) use answer::{AnswerSlot, Holder, LocalAnswer, Opening, Requester};
pub(crate) use collector::{Collector, Outcome, SELF};
pub(crate) use delivery::{Context, Delivery, Receipt, Source};
pub(crate) use flow::{LocalFlow, Turn};
pub(crate) use mailbox::Mailbox;
pub(crate) use queue::{Next, Queue};
pub(crate) use topic::{AnyTopic, Topic, decode, decode_copied, report_undecodable};
