//! Names as protobuf resolves them: from the innermost scope outwards, and the first scope that
//! knows the first part of a name decides about the rest.

use prost_reflect::{DescriptorPool, MessageDescriptor};

/// What a name stands for.
#[derive(Debug)]
pub(super) enum Found {
    Message(MessageDescriptor),
    Enum(String),
    Nothing,
}

/// `scope` is the full name of the message in which `name` is written.
pub(super) fn resolve(pool: &DescriptorPool, scope: &str, name: &str) -> Found {
    if let Some(absolute) = name.strip_prefix('.') {
        return look_up(pool, absolute);
    }
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    for scope in outwards(scope) {
        if rest.is_empty() {
            match look_up(pool, &join(scope, name)) {
                Found::Nothing => {}
                found => return found,
            }
        } else if has_members(pool, &join(scope, first)) {
            return look_up(pool, &join(scope, name));
        }
    }
    Found::Nothing
}

fn look_up(pool: &DescriptorPool, full_name: &str) -> Found {
    let message = pool.get_message_by_name(full_name);
    if let Some(message) = message.filter(|message| !message.is_map_entry()) {
        return Found::Message(message);
    }
    match pool.get_enum_by_name(full_name) {
        Some(_) => Found::Enum(full_name.to_owned()),
        None => Found::Nothing,
    }
}

/// `a.b.C`, `a.b`, `a`, and the root.
fn outwards(scope: &str) -> impl Iterator<Item = &str> {
    let parents = scope.rmatch_indices('.').map(|(at, _)| &scope[..at]);
    std::iter::once(scope).chain(parents).chain([""])
}

fn join(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        _ => format!("{scope}.{name}"),
    }
}

fn has_members(pool: &DescriptorPool, full_name: &str) -> bool {
    pool.get_message_by_name(full_name).is_some()
        || pool.get_enum_by_name(full_name).is_some()
        || pool.get_service_by_name(full_name).is_some()
        || pool
            .files()
            .any(|file| is_package(file.package_name(), full_name))
}

/// `a` and `a.b` are packages where `a.b` is declared.
fn is_package(declared: &str, name: &str) -> bool {
    declared
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
