//! Types of one name: the same type, said twice, or a mistake.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::collect::{Home, Types};
use super::descriptor::{Descriptor, describe};
use super::error::Error;
use super::source::Found;

/// Leaves each name one home.
pub(super) fn unify(types: &mut Types) -> Result<(), Error> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..types.derived.len() {
        let name = types.derived[at].full_name.clone();
        let home = match first.get(&name) {
            Some(&other) => Some(same_as_derived(types, at, other)?),
            None => same_as_in_file(types, at)?,
        };
        match home {
            Some(home) => types.move_home(at, &home),
            None => {
                first.insert(name, at);
            }
        }
    }
    Ok(())
}

fn same_as_derived(types: &Types, at: usize, other: usize) -> Result<Home, Error> {
    let described = |at: usize| describe(&types.derived[at], types);
    let other_name = || format!("`{}`", types.derived[other].rust_name);
    if is_same(&described(other), &described(at)) {
        return Ok(Home::Derived(other));
    }
    Err(differs(types, at, other_name()))
}

/// Where a crate has a type of its own in place of the one that a file's would become.
fn same_as_in_file(types: &Types, at: usize) -> Result<Option<Home>, Error> {
    let derived = &types.derived[at];
    let mut sources = types.sources.iter();
    let found = sources.find_map(|file| Some((file, file.declaration(&derived.full_name)?)));
    let Some((file, found)) = found else {
        return Ok(None);
    };
    let in_file = match found {
        Found::Message(message) => Descriptor::Message(message.clone()),
        Found::Enumeration(found) => Descriptor::Enumeration(found.clone()),
    };
    let name = file.descriptor.name();
    if is_same(&in_file, &describe(derived, types)) {
        return Ok(Some(Home::File(name.to_owned())));
    }
    Err(differs(types, at, format!("the file `{name}`")))
}

fn differs(types: &Types, at: usize, first: String) -> Error {
    let derived = &types.derived[at];
    Error::Differs {
        name: derived.full_name.clone(),
        first,
        second: format!("`{}`", derived.rust_name),
    }
}

fn is_same(one: &Descriptor, other: &Descriptor) -> bool {
    match (one, other) {
        (Descriptor::Message(one), Descriptor::Message(other)) => fields(one) == fields(other),
        (Descriptor::Enumeration(one), Descriptor::Enumeration(other)) => {
            values(one) == values(other)
        }
        _ => false,
    }
}

/// What says which bytes mean what, whatever order it is in.
fn fields(message: &DescriptorProto) -> BTreeSet<String> {
    let fields = message.field.iter().map(|field| {
        let oneof = field
            .oneof_index
            .map(|at| message.oneof_decl[at as usize].name());
        format!(
            "{} {} {:?} {:?} {} {oneof:?}",
            field.number(),
            field.name(),
            field.label(),
            field.r#type(),
            field.type_name()
        )
    });
    let entries = message.nested_type.iter().filter(|nested| {
        let options = nested.options.as_ref();
        options.is_some_and(|options| options.map_entry())
    });
    let entries = entries.map(|entry| format!("{} {:?}", entry.name(), self::fields(entry)));
    fields.chain(entries).collect()
}

fn values(declared: &EnumDescriptorProto) -> BTreeMap<i32, &str> {
    let values = declared.value.iter();
    values.map(|value| (value.number(), value.name())).collect()
}
