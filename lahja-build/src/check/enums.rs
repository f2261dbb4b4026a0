//! Enum values that Rust would not tell apart.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use prost_reflect::{EnumDescriptor, EnumValueDescriptor};

use crate::declare::{Input, Place};
use crate::report::Mistake;

/// prost panics on them, so they must not get that far.
pub(super) fn check(input: Input<'_>) -> Vec<Mistake> {
    let ours = |r#enum: &EnumDescriptor| !input.externs.own(r#enum.full_name());
    let enums = input.pool.all_enums().filter(ours);
    enums.flat_map(|r#enum| overlaps(input, &r#enum)).collect()
}

fn overlaps(input: Input<'_>, r#enum: &EnumDescriptor) -> Vec<Mistake> {
    let mut numbers = BTreeSet::new();
    let mut variants = BTreeMap::new();
    let mut mistakes = Vec::new();
    for value in r#enum.values() {
        // An alias is no variant of its own.
        if !numbers.insert(value.number()) {
            continue;
        }
        let variant = variant(r#enum.name(), value.name(), input.keep_enum_prefix);
        if let Some(other) = variants.insert(variant.clone(), value.clone()) {
            mistakes.push(overlap(input, &other, &value, &variant));
        }
    }
    mistakes
}

fn overlap(
    input: Input<'_>,
    other: &EnumValueDescriptor,
    value: &EnumValueDescriptor,
    variant: &str,
) -> Mistake {
    let message = format!(
        "`{}` and `{}` of `{}` are both `{variant}` in Rust",
        other.name(),
        value.name(),
        value.parent_enum().full_name()
    );
    Mistake::at(value.span(input.sources), message)
        .help("rename one of them")
        .help("or keep the enum's name in its values, in build.rs: `.retain_enum_prefix()`")
}

/// As prost names it: without the enum's name in front, where a word ends there.
fn variant(enum_name: &str, value: &str, keep_prefix: bool) -> String {
    let variant = value.to_upper_camel_case();
    let stripped = variant.strip_prefix(&enum_name.to_upper_camel_case());
    match stripped.filter(|rest| rest.starts_with(char::is_uppercase)) {
        Some(rest) if !keep_prefix => rest.to_owned(),
        _ => variant,
    }
}
