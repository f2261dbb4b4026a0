//! A process with one endpoint, which gets its commands from stdin and tells on stdout what
//! happens, line by line. It ends when stdin does.
//!
//! Usage: `peer <directory> <name> [key=value]…`, see `settings.rs`; the commands are those of
//! `commands.rs`.
#![forbid(unsafe_code)]

mod commands;
mod settings;

use std::process::ExitCode;

use settings::Settings;
use tokio::io::{AsyncBufReadExt, BufReader};

fn main() -> ExitCode {
    let settings = match Settings::parse(std::env::args().skip(1)) {
        Ok(settings) => settings,
        Err(problem) => {
            eprintln!("peer: {problem}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = settings.runtime().build().expect("a runtime");
    let code = runtime.block_on(run(settings));
    // The thread that reads stdin may wait for another line.
    runtime.shutdown_background();
    code
}

async fn run(settings: Settings) -> ExitCode {
    let endpoint = match settings.start().await {
        Ok(endpoint) => endpoint,
        Err(error) => {
            println!("failed {error:?}");
            return ExitCode::FAILURE;
        }
    };
    println!("up");
    let mut commands = commands::Commands::new(endpoint);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Err(problem) = commands.obey(&line).await {
            println!("failed {problem}");
        }
    }
    ExitCode::SUCCESS
}
