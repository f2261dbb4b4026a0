//! `rpc ReadHistory(GetHistory) returns (History);`

use std::collections::BTreeSet;

use prost_reflect::{MessageDescriptor, MethodDescriptor};

use super::place::Place;
use super::{Binding, BindingSource, Declarations, Event, Input};
use crate::owner::is_well_known;
use crate::report::{Mistake, Span};

/// Where the parts of a method are, as `source_code_info` counts: field numbers of the descriptor.
pub(super) const INPUT: i32 = 2;
pub(super) const OUTPUT: i32 = 3;
const CLIENT_STREAMING: i32 = 5;
const SERVER_STREAMING: i32 = 6;

/// The methods that are left out, because the caller said so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skip {
    /// By full name: `chat.v1.Chat.GetHistory`.
    pub(crate) methods: BTreeSet<String>,
    pub(crate) streaming: bool,
}

impl Skip {
    fn skips(&self, method: &MethodDescriptor) -> bool {
        self.methods.contains(method.full_name()) || self.streaming && is_streaming(method)
    }
}

fn is_streaming(method: &MethodDescriptor) -> bool {
    method.is_client_streaming() || method.is_server_streaming()
}

pub(super) fn read(input: Input<'_>, declarations: &mut Declarations) {
    let mut known = BTreeSet::new();
    for service in input.pool.services() {
        let is_extern = input.externs.own(service.full_name());
        for method in service.methods() {
            known.insert(method.full_name().to_owned());
            if !is_extern && !input.skip.skips(&method) {
                read_one(input, &method, declarations);
            }
        }
    }
    if input.is_complete {
        let unknown = input.skip.methods.difference(&known);
        declarations
            .mistakes
            .extend(unknown.map(|name| not_there(name)));
    }
}

fn read_one(input: Input<'_>, method: &MethodDescriptor, declarations: &mut Declarations) {
    if is_streaming(method) {
        declarations.mistakes.push(streaming(input, method));
        return;
    }
    declare(input, &method.output(), declarations);
    if input.externs.own(method.input().full_name()) {
        declarations.mistakes.push(foreign_input(input, method));
        return;
    }
    declare(input, &method.input(), declarations);
    declarations.bindings.push(Binding {
        request: method.input().full_name().to_owned(),
        response: method.output().full_name().to_owned(),
        source: BindingSource::Rpc(method.full_name().to_owned()),
        span: method.span_of(&[INPUT], input.sources),
    });
}

fn declare(input: Input<'_>, message: &MessageDescriptor, declarations: &mut Declarations) {
    let events = &mut declarations.events;
    events
        .entry(message.full_name().to_owned())
        .or_insert_with(|| Event {
            span: message.span(input.sources),
            type_id: None,
        });
}

fn streaming(input: Input<'_>, method: &MethodDescriptor) -> Mistake {
    let part = if method.is_server_streaming() {
        SERVER_STREAMING
    } else {
        CLIENT_STREAMING
    };
    let span = stream_keyword(input, method, part);
    Mistake::at(span, format!("`{}` streams, and a request has one answer", method.full_name()))
        .help("remove `stream`, and declare what comes many times as an event that is broadcast: `option (lahja.event) = {};`")
        .help(format!(
            "or leave it out, in build.rs: `.skip_method(\"{}\")`, or all of its kind: `.skip_streaming()`",
            method.full_name()
        ))
}

fn stream_keyword(input: Input<'_>, method: &MethodDescriptor, part: i32) -> Option<Span> {
    let span = method.span_of(&[part], input.sources)?;
    Some(input.sources.narrow(span, "stream"))
}

fn foreign_input(input: Input<'_>, method: &MethodDescriptor) -> Mistake {
    let message = method.input();
    let name = message.full_name();
    let owner = if is_well_known(name) {
        "`prost_types`"
    } else {
        "another crate"
    };
    Mistake::at(
        method.span_of(&[INPUT], input.sources),
        format!("`{name}` belongs to {owner}, so this crate can't say what answers it"),
    )
    .help(format!(
        "give the method an input of its own: `message {}Request {{}}`",
        method.name()
    ))
    .help(format!(
        "or leave it out, in build.rs: `.skip_method(\"{}\")`",
        method.full_name()
    ))
}

fn not_there(name: &str) -> Mistake {
    Mistake::new(format!(
        "`.skip_method(\"{name}\")`: there is no such method"
    ))
    .help("write `package.Service.Method`, without a leading dot")
}
