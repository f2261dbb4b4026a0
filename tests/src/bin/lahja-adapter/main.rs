//! The adapter of the conformance kit for Rust: commands come on stdin, one JSON object a line, and are
//! answered on stdout. `proto/conformance/README.md` says which, and what the answers are.
#![forbid(unsafe_code)]

mod answer;
mod codec;
mod command;
mod live;
mod requests;
mod running;

use std::io::Write;
use std::process::ExitCode;

use answer::Answer;
use command::Command;
use live::Live;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut live = Live::default();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = obey(&line, &mut live).await;
        let mut stdout = std::io::stdout().lock();
        let told = writeln!(stdout, "{}", answer.to_json()).and_then(|()| stdout.flush());
        if let Err(error) = told {
            eprintln!("nobody reads the answers: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

async fn obey(line: &str, live: &mut Live) -> Answer {
    let done = match Command::parse(line) {
        Ok(command) if codec::knows(&command) => codec::obey(&command),
        Ok(command) => live.obey(&command).await,
        Err(problem) => Err(problem.into()),
    };
    done.unwrap_or_else(Answer::from)
}
