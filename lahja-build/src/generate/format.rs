//! Layout, and peace from lints.

use prost_build::Module;
use syn::{Attribute, Item, parse_quote};

use crate::report::Mistake;

/// The code as rustfmt would lay it out, with the lints off that are about how people write code.
pub(super) fn format(module: &Module, code: &str) -> Result<String, Mistake> {
    let mut file = syn::parse_file(code).map_err(|error| {
        Mistake::new(format!(
            "what is generated for `{module}` is no Rust: {error}"
        ))
        .help("see to the attributes that build.rs gives")
    })?;
    for attributes in file.items.iter_mut().filter_map(attributes) {
        let at = attributes.iter().position(|a| !a.path().is_ident("doc"));
        let at = at.unwrap_or(attributes.len());
        attributes.splice(at..at, allow());
    }
    Ok(prettyplease::unparse(&file))
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
