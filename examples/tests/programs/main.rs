//! Each example, run as its reader would run it.

mod endings;
mod lines;
mod peers;
mod support;
