//! Layout, and peace from lints.

use prost_build::Module;
use syn::{Attribute, Field, Item, Type, parse_quote};

use crate::report::Mistake;

/// The code as rustfmt would lay it out, with the lints off that are about how people write code.
pub(super) fn format(module: &Module, code: &str) -> Result<String, Mistake> {
    let mut file = syn::parse_file(code).map_err(|error| {
        Mistake::new(format!(
            "what is generated for `{module}` is no Rust: {error}"
        ))
        .help("see to the attributes that build.rs gives")
    })?;
    debug_btree_maps(&mut file.items);
    for attributes in file.items.iter_mut().filter_map(attributes) {
        let at = attributes.iter().position(|a| !a.path().is_ident("doc"));
        let at = at.unwrap_or(attributes.len());
        attributes.splice(at..at, allow());
    }
    Ok(prettyplease::unparse(&file))
}

/// What prost derives for the `Debug` of a `BTreeMap` names the crate `prost`, whatever
/// `prost_path` says, and users have no such dependency: such messages get the standard `Debug`.
fn debug_btree_maps(items: &mut [Item]) {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &mut module.content {
                    debug_btree_maps(items);
                }
            }
            Item::Struct(item)
                if item.fields.iter().any(is_btree_map) && !item.attrs.iter().any(skips_debug) =>
            {
                item.attrs.push(parse_quote!(#[prost(skip_debug)]));
                item.attrs.push(parse_quote!(#[derive(Debug)]));
            }
            _ => {}
        }
    }
}

fn skips_debug(attribute: &Attribute) -> bool {
    let arguments = attribute
        .meta
        .require_list()
        .map(|list| list.tokens.to_string());
    attribute.path().is_ident("prost") && arguments.is_ok_and(|list| list == "skip_debug")
}

fn is_btree_map(field: &Field) -> bool {
    match &field.ty {
        Type::Path(ty) => ty
            .path
            .segments
            .iter()
            .any(|segment| segment.ident == "BTreeMap"),
        _ => false,
    }
}

fn allow() -> [Attribute; 2] {
    [
        parse_quote!(#[allow(warnings, missing_docs, unreachable_pub)]),
        parse_quote!(#[allow(clippy::all, clippy::pedantic, rustdoc::all)]),
    ]
}

/// What prost generates at the top level; what is nested inherits.
fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Mod(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        _ => None,
    }
}
