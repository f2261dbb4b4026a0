//! lahja beside its peers: the same work, in one run, each sender and receiver its own process.
//!
//! The program starts itself again for every process that takes part. `work` says what is to be
//! done, `peers` by what, `run` lets it happen and measures it, `seat` is the side of the
//! processes that take part, `growth` is lahja alone as the work grows, `cost` what an event takes.

mod args;
mod calls;
mod cost;
mod flow;
mod growth;
mod job;
mod pace;
mod peers;
mod report;
mod run;
mod seat;
mod stamp;
mod stats;
mod work;

use std::process::ExitCode;

use anyhow::Result;

use args::Command;

fn main() -> ExitCode {
    match act() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act() -> Result<()> {
    if let Some(job) = job::Job::of_this_process()? {
        return seat::take(job);
    }
    match args::parse()? {
        Command::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        Command::Compare(options) => report::compare(&options),
        Command::Grow(options) => growth::run(&options),
        Command::Count(options) => cost::run(&options),
    }
}
