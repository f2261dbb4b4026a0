//! Types that Rust would not tell apart.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use crate::declare::{Input, Place};
use crate::report::{Mistake, Span};

struct Type {
    name: String,
    span: Option<Span>,
}

/// `Chat_Room` and `ChatRoom`, in one scope, would be one name for two types.
pub(super) fn check(input: Input<'_>) -> Vec<Mistake> {
    let mut first = BTreeMap::new();
    let mut mistakes = Vec::new();
    for this in types(input).filter(|this| !input.externs.own(&this.name)) {
        let (scope, name) = this.name.rsplit_once('.').unwrap_or(("", &this.name));
        let rust_name = name.to_upper_camel_case();
        let key = (scope.to_owned(), rust_name.clone());
        if let Some(other) = first.insert(key, this.name.clone()) {
            let message = format!(
                "`{other}` and `{}` are both `{rust_name}` in Rust",
                this.name
            );
            mistakes.push(Mistake::at(this.span, message).help("rename one of them"));
        }
    }
    mistakes
}

fn types(input: Input<'_>) -> impl Iterator<Item = Type> + '_ {
    let messages = input
        .pool
        .all_messages()
        .filter(|message| !message.is_map_entry());
    let messages = messages.map(move |message| Type {
        name: message.full_name().to_owned(),
        span: message.span_of(&[NAME], input.sources),
    });
    let enums = input.pool.all_enums().map(move |r#enum| Type {
        name: r#enum.full_name().to_owned(),
        span: r#enum.span_of(&[NAME], input.sources),
    });
    messages.chain(enums)
}

/// Where the name of a message or an enum is, as `source_code_info` counts.
const NAME: i32 = 1;
