//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
Measures lahja beside its peers, or lahja alone as its work grows, or what it takes.

Usage: cargo run --release -- [compare|growth|cost] [options]

  compare (the default)  every peer at every kind of work, as tables on stdout
  growth                 lahja alone: receivers, types, payloads, requests, mesh
  cost                   lahja alone: instructions, allocations and system calls per event

Options:
  --runs N         runs of each measurement; figures are their medians (5)
  --seconds S      how long each run lasts (1)
  --work NAME,…    only the kinds of work (or series) whose names begin so; =NAME: only that one
  --peer NAME,…    only the peers whose names begin so; =NAME: only that one
  --json FILE      where the figures go (target/compare.json, …)
  --list           what there is to choose from, and each peer's configuration
  --help           this text
";

pub(crate) enum Command {
    Help,
    Compare(Options),
    Grow(Options),
    Count(Options),
}

/// What to measure, and how often.
pub(crate) struct Options {
    pub(crate) runs: usize,
    pub(crate) time: Duration,
    pub(crate) works: Filter,
    pub(crate) peers: Filter,
    pub(crate) json: Option<PathBuf>,
    pub(crate) list: bool,
}

/// Lets a name through if it begins with one of these, or is what follows their `=`, or if there are none.
#[derive(Default)]
pub(crate) struct Filter(Vec<String>);

impl Filter {
    fn extend(&mut self, names: &str) {
        self.0.extend(names.split(',').map(str::to_owned));
    }

    pub(crate) fn allows(&self, name: &str) -> bool {
        let fits = |part: &String| match part.strip_prefix('=') {
            Some(whole) => name == whole,
            None => name.starts_with(part.as_str()),
        };
        self.0.is_empty() || self.0.iter().any(fits)
    }
}

pub(crate) fn parse() -> Result<Command> {
    let mut parser = lexopt::Parser::from_env();
    let mut options = Options {
        runs: 5,
        time: Duration::from_secs(1),
        works: Filter::default(),
        peers: Filter::default(),
        json: None,
        list: false,
    };
    let mut command: fn(Options) -> Command = Command::Compare;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(name) if name == "compare" => command = Command::Compare,
            Value(name) if name == "growth" => command = Command::Grow,
            Value(name) if name == "cost" => command = Command::Count,
            Long("runs") => options.runs = parser.value()?.parse()?,
            Long("seconds") => {
                options.time = Duration::try_from_secs_f64(parser.value()?.parse()?)?;
            }
            Long("work") => options.works.extend(&parser.value()?.string()?),
            Long("peer") => options.peers.extend(&parser.value()?.string()?),
            Long("json") => options.json = Some(parser.value()?.into()),
            Long("list") => options.list = true,
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    if options.runs == 0 {
        bail!("--runs wants at least 1");
    }
    Ok(command(options))
}
