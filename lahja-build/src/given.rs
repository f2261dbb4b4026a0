//! Pieces of Rust that build.rs gives, checked before they are in the midst of generated code.

use syn::parse::Parser;
use syn::{Attribute, Type};

use crate::report::Mistake;

pub(crate) fn attribute(text: &str) -> Option<Mistake> {
    let error = Attribute::parse_outer.parse_str(text).err()?;
    let message = format!("`{text}`, given as an attribute, is none: {error}");
    Some(Mistake::new(message).help("write it as in Rust: `#[derive(serde::Serialize)]`"))
}

pub(crate) fn extern_path(proto_path: &str, rust_path: &str) -> Option<Mistake> {
    let call = format!("`.extern_path({proto_path:?}, {rust_path:?})`");
    let names = proto_path.strip_prefix('.').unwrap_or_default();
    if names.split('.').any(str::is_empty) {
        return Some(
            Mistake::new(format!("{call}: the first is no protobuf path"))
                .help("start it with a dot: `.accounts.v1`, or `.accounts.v1.Account`"),
        );
    }
    let error = syn::parse_str::<Type>(rust_path).err()?;
    let message = format!("{call}: the second is no Rust path: {error}");
    Some(Mistake::new(message).help("write it as in Rust: `::accounts::proto::accounts::v1`"))
}
