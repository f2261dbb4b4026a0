//! A crate whose events another crate takes by `extern_path`.
#![forbid(unsafe_code)]

/// The package `accounts.v1`.
pub mod v1 {
    lahja::include_proto!("accounts.v1");
}
