//! `option (lahja.event) = { … };`

use super::collect::Types;
use super::names::Symbols;
use super::tree::Node;
use crate::declaration::{Event, Kind};

/// The value of the option.
#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
pub(super) struct EventOptions {
    response: String,
    #[event(fixed64)]
    type_id: u64,
}

impl EventOptions {
    /// What makes the message an event, if it is one.
    pub(super) fn of(
        node: &Node<'_>,
        package: &str,
        types: &Types,
        symbols: &Symbols,
    ) -> Option<Self> {
        let event = event(node)?;
        let response = event.response.map(|response| types.full_name(response));
        let response = response.map(|name| symbols.relative(package, &node.full_name, name));
        Some(Self {
            response: response.unwrap_or_default(),
            type_id: event.type_id.unwrap_or_default(),
        })
    }

    /// As it stands in a `.proto` file.
    pub(super) fn text(&self) -> String {
        let mut fields = Vec::new();
        if !self.response.is_empty() {
            fields.push(format!("response: \"{}\"", self.response));
        }
        if self.type_id != 0 {
            fields.push(format!("type_id: {:#x}", self.type_id));
        }
        match fields.len() {
            0 => "{}".to_owned(),
            _ => format!("{{ {} }}", fields.join(", ")),
        }
    }
}

/// What the derive says of the event, if the message is one.
pub(super) fn event<'a>(node: &Node<'a>) -> Option<&'a Event> {
    match &node.derived?.item.kind {
        Kind::Message { event, .. } => event.as_ref(),
        Kind::Enumeration(_) => None,
    }
}
