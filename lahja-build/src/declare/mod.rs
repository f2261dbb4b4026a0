//! What the files declare: which messages are events, and which answer which.

mod hidden;
mod option;
mod place;
mod response;
mod rpc;
mod scope;

use std::collections::BTreeMap;

use prost_reflect::DescriptorPool;

use crate::owner::Externs;
use crate::report::{Mistake, Sources, Span};

pub(crate) use hidden::warnings;
pub(crate) use option::EVENT_OPTION;
pub(crate) use place::Place;
pub(crate) use rpc::Skip;

/// What is read in all files, before it is known whether it fits together.
#[derive(Default)]
pub(crate) struct Declarations {
    /// By full name.
    pub(crate) events: BTreeMap<String, Event>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) mistakes: Vec<Mistake>,
}

pub(crate) struct Event {
    /// Where the message is declared, or its option.
    pub(crate) span: Option<Span>,
    /// What `type_id` says, if it is said.
    pub(crate) type_id: Option<u64>,
}

/// One place that says what answers a request.
pub(crate) struct Binding {
    pub(crate) request: String,
    pub(crate) response: String,
    pub(crate) source: BindingSource,
    pub(crate) span: Option<Span>,
}

#[derive(PartialEq, Eq)]
pub(crate) enum BindingSource {
    Option,
    /// With the method's full name, as in `chat.v1.Chat.GetHistory`.
    Rpc(String),
}

/// What the readers of declarations look at.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) pool: &'a DescriptorPool,
    pub(crate) sources: &'a Sources,
    pub(crate) externs: &'a Externs,
    pub(crate) skip: &'a Skip,
    /// Whether every file could be read: else what seems to lack may be in the others.
    pub(crate) is_complete: bool,
    /// Whether the variants of an enum keep its name in front.
    pub(crate) keep_enum_prefix: bool,
}

pub(crate) fn read(input: Input<'_>) -> Declarations {
    let mut declarations = Declarations::default();
    option::read(input, &mut declarations);
    rpc::read(input, &mut declarations);
    declarations
}
