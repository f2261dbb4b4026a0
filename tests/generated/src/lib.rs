//! What `lahja-build` generates, in a crate that allows no warning.
#![deny(warnings, missing_docs, unreachable_pub)]
#![deny(clippy::all, clippy::pedantic, rustdoc::all)]
#![forbid(unsafe_code)]

/// All packages of the fixtures, nested as their names are.
pub mod proto {
    lahja::include_protos!();
}

/// One package by itself.
pub mod chat {
    lahja::include_proto!("chat.v1");
}

/// The package that has no name.
pub mod bare {
    lahja::include_proto!("_");
}

/// One whose name is made of keywords.
pub mod keywords {
    lahja::include_proto!("as.type.self");
}

/// What a program includes and does not use.
mod unused {
    lahja::include_proto!("shop.v1");
}
