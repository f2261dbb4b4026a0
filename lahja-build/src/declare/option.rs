//! `option (lahja.event) = { response: "…", type_id: … };`

use prost_reflect::{DynamicMessage, MessageDescriptor};

use super::place::Place;
use super::{Binding, BindingSource, Declarations, Event, Input, response};
use crate::report::Span;

/// The extension that makes a message an event.
pub(crate) const EVENT_OPTION: &str = "lahja.event";

/// Where a message's option is, as `source_code_info` counts: field numbers of the descriptor.
const OPTIONS: i32 = 7;
const EVENT: i32 = 76241;
const RESPONSE: i32 = 1;

pub(super) fn read(input: Input<'_>, declarations: &mut Declarations) {
    let Some(extension) = input.pool.get_extension_by_name(EVENT_OPTION) else {
        return;
    };
    for message in input.pool.all_messages() {
        let options = message.options();
        if options.has_extension(&extension) {
            if let Some(option) = options.get_extension(&extension).as_message() {
                read_one(input, &message, option, declarations);
            }
        }
    }
}

fn read_one(
    input: Input<'_>,
    message: &MessageDescriptor,
    option: &DynamicMessage,
    declarations: &mut Declarations,
) {
    let type_id = field(option, "type_id").and_then(|id| id.as_u64());
    let event = Event {
        span: message.span_of(&[OPTIONS, EVENT], input.sources),
        type_id: type_id.filter(|id| *id != 0),
    };
    declarations
        .events
        .insert(message.full_name().to_owned(), event);

    let response = field(option, "response");
    let response = response.as_ref().and_then(|name| name.as_str());
    if let Some(name) = response.filter(|name| !name.is_empty()) {
        bind(input, message, name, declarations);
    }
}

/// `lahja.proto` may be an older copy in an include folder: what it lacks is not set.
fn field(option: &DynamicMessage, name: &str) -> Option<prost_reflect::Value> {
    option
        .get_field_by_name(name)
        .map(|value| value.into_owned())
}

fn bind(
    input: Input<'_>,
    message: &MessageDescriptor,
    name: &str,
    declarations: &mut Declarations,
) {
    let span = response_span(input, message, name);
    match response::resolve(input, message, name, span.clone()) {
        Ok(response) => declarations.bindings.push(Binding {
            request: message.full_name().to_owned(),
            response,
            source: BindingSource::Option,
            span,
        }),
        Err(mistake) => declarations.mistakes.push(mistake),
    }
}

fn response_span(input: Input<'_>, message: &MessageDescriptor, name: &str) -> Option<Span> {
    let option = message.span_of(&[OPTIONS, EVENT, RESPONSE], input.sources)?;
    Some(input.sources.narrow(option, &format!("\"{name}\"")))
}
