//! Every peer at every kind of work, and the tables of it.

mod machine;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

pub(crate) use machine::machine;

use crate::args::Options;
use crate::peers::{self, Peer};
use crate::run::{self, Outcome};
use crate::stats::Spread;
use crate::work::{self, Work};

/// One peer at one kind of work.
pub(crate) struct Cell {
    pub(crate) peer: &'static dyn Peer,
    pub(crate) outcomes: Vec<Outcome>,
    /// Why it has no figures.
    pub(crate) failure: Option<String>,
}

pub(crate) struct Sheet {
    pub(crate) work: Work,
    pub(crate) cells: Vec<Cell>,
}

pub(crate) fn compare(options: &Options) -> Result<()> {
    if options.list {
        list();
        return Ok(());
    }
    let peers = present(options);
    let mut sheets = sheets(options, &peers);
    for number in 1..=options.runs {
        for sheet in &mut sheets {
            sheet.run(options, number);
        }
    }
    for sheet in &sheets {
        table::print(sheet);
    }
    write_json(options, "compare", &json(&peers, &sheets, options))
}

fn list() {
    for work in work::all() {
        println!("{:16} {}", work.name, work.title);
    }
    println!();
    for peer in peers::ALL {
        let version = peer.version();
        println!("{:16} {version}: {}", peer.name(), peer.configuration());
    }
}

/// The peers that are asked for and can run here.
fn present(options: &Options) -> Vec<&'static dyn Peer> {
    let wanted = peers::ALL.iter().copied();
    let wanted = wanted.filter(|peer| options.peers.allows(peer.name()));
    let mut present = Vec::new();
    for peer in wanted {
        match peer.missing() {
            Some(reason) => eprintln!("{} is skipped: {reason}", peer.name()),
            None => present.push(peer),
        }
    }
    present
}

fn sheets(options: &Options, peers: &[&'static dyn Peer]) -> Vec<Sheet> {
    let works = work::all().into_iter();
    let works = works.filter(|work| options.works.allows(&work.name));
    works
        .map(|work| Sheet {
            cells: peers
                .iter()
                .filter(|peer| peer.does(&work))
                .map(|peer| Cell::new(*peer))
                .collect(),
            work,
        })
        .collect()
}

impl Sheet {
    fn run(&mut self, options: &Options, number: usize) {
        for cell in &mut self.cells {
            let (work, peer) = (&self.work.name, cell.peer.name());
            eprint!("run {number} of {}: {work}, {peer} … ", options.runs);
            match run::run(cell.peer, &self.work, options.time) {
                Ok(outcome) => {
                    eprintln!("{}", table::in_a_word(&self.work, &outcome));
                    cell.outcomes.push(outcome);
                }
                Err(error) => {
                    let error = format!("{error:#}");
                    eprintln!("failed: {error}");
                    cell.failure.get_or_insert(error);
                }
            }
        }
    }
}

impl Cell {
    fn new(peer: &'static dyn Peer) -> Self {
        Self {
            peer,
            outcomes: Vec::new(),
            failure: None,
        }
    }

    pub(crate) fn spread(&self, figure: impl Fn(&Outcome) -> f64) -> Spread {
        Spread::of(self.outcomes.iter().map(figure))
    }
}

fn json(peers: &[&'static dyn Peer], sheets: &[Sheet], options: &Options) -> Value {
    let about = |peer: &&dyn Peer| {
        json!({
            "name": peer.name(),
            "version": peer.version(),
            "configuration": peer.configuration(),
        })
    };
    json!({
        "machine": machine(),
        "runs": options.runs,
        "seconds": options.time.as_secs_f64(),
        "peers": peers.iter().map(about).collect::<Vec<_>>(),
        "work": sheets.iter().map(Sheet::json).collect::<Vec<_>>(),
    })
}

impl Sheet {
    fn json(&self) -> Value {
        json!({
            "name": self.work.name,
            "title": self.work.title,
            "event_bytes": self.work.len,
            "rows": self.cells.iter().map(Cell::json).collect::<Vec<_>>(),
        })
    }
}

impl Cell {
    fn json(&self) -> Value {
        if let Some(failure) = &self.failure {
            return json!({ "peer": self.peer.name(), "failed": failure });
        }
        let latency = |pick: fn(&crate::stats::Latency) -> f64| {
            let known = self.outcomes.iter().all(|run| run.latency.is_some());
            known.then(|| self.spread(|run| run.latency.as_ref().map_or(0.0, pick)))
        };
        json!({
            "peer": self.peer.name(),
            "per_second": self.spread(Outcome::per_second),
            "median_micros": latency(|latency| latency.median),
            "p99_micros": latency(|latency| latency.p99),
            "cpu_seconds_per_million": self.spread(Outcome::cpu_per_million),
            "peak_memory_bytes": self.spread(|run| run.peak_memory as f64),
        })
    }
}

/// Writes the figures to the file that was asked for, or else to one beside what was built.
pub(crate) fn write_json(options: &Options, name: &str, figures: &Value) -> Result<()> {
    let default = || PathBuf::from(format!("target/{name}.json"));
    let path = options.json.clone().unwrap_or_else(default);
    if let Some(folder) = path.parent().filter(|path| *path != Path::new("")) {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, serde_json::to_string_pretty(figures)? + "\n")
        .with_context(|| path.display().to_string())?;
    eprintln!("the figures are in {}", path.display());
    Ok(())
}
