//! What the examples share: a process that starts others, which end no later than it does.
#![forbid(unsafe_code)]

mod error;
mod interruption;
mod processes;

use std::{env, io};

pub use error::{Error, Result};
pub use interruption::Interruption;
pub use processes::{Processes, end_with_parent};

/// The arguments of this process, with spaces between them.
pub fn command_line() -> String {
    let arguments: Vec<_> = env::args().skip(1).collect();
    arguments.join(" ")
}

/// Prints how to call an example, for `--help` and for arguments that it does not know.
pub fn show_help(arguments: &str, help: &str) -> Result {
    if arguments == "--help" {
        println!("{help}");
        return Ok(());
    }
    eprintln!("{help}\n");
    Err(io::Error::other(format!("there is no `{arguments}`")).into())
}
