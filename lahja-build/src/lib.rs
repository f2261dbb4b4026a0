//! Compiles `.proto` files to lahja events, from `build.rs`.
#![forbid(unsafe_code)]
