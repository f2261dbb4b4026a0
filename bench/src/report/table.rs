//! Tables for people.

use crate::run::Outcome;
use crate::stats::{Latency, Spread};
use crate::work::Work;

use super::{Cell, Sheet};

/// The figure that this kind of work is about.
fn figure(work: &Work, outcome: &Outcome) -> f64 {
    match (&outcome.latency, work.is_latency()) {
        (Some(latency), true) => latency.median,
        _ => outcome.per_second() / 1e3,
    }
}

fn unit(work: &Work) -> &'static str {
    match work.is_latency() {
        true => "µs, median",
        false => "1,000/s",
    }
}

/// One run, for those who watch.
pub(super) fn in_a_word(work: &Work, outcome: &Outcome) -> String {
    format!("{:.2} {}", figure(work, outcome), unit(work))
}

pub(super) fn print(sheet: &Sheet) {
    println!("\n{} ({} bytes)", sheet.work.title, sheet.work.len);
    println!(
        "{:16} {:>12} {:>21} {:>8} {:>9} {:>11} {:>9}",
        "",
        unit(&sheet.work),
        "least – most",
        "lahja ÷",
        "p99, µs",
        "CPU s/mio.",
        "peak MiB"
    );
    let lahja = sheet.cells.iter().find(|cell| cell.peer.name() == "lahja");
    let lahja = lahja.and_then(|cell| main_figure(&sheet.work, cell));
    for cell in &sheet.cells {
        print_row(&sheet.work, cell, lahja);
    }
}

fn main_figure(work: &Work, cell: &Cell) -> Option<f64> {
    let complete = cell.failure.is_none();
    complete.then(|| cell.spread(|run| figure(work, run)).median)
}

fn print_row(work: &Work, cell: &Cell, lahja: Option<f64>) {
    let name = cell.peer.name();
    if let Some(failure) = &cell.failure {
        println!("{name:16} failed: {failure}");
        return;
    }
    let Spread { median, min, max } = cell.spread(|run| figure(work, run));
    let ratio = lahja.map_or_else(String::new, |lahja| format!("{:.2}", lahja / median));
    let p99 = cell.spread(|run| run.latency.as_ref().map_or(f64::NAN, p99));
    let p99 = match p99.median.is_nan() {
        true => String::new(),
        false => format!("{:.1}", p99.median),
    };
    let cpu = cell.spread(Outcome::cpu_per_million).median;
    let memory = cell.spread(|run| run.peak_memory as f64).median / f64::from(1 << 20);
    let spread = format!("{min:.2} – {max:.2}");
    println!("{name:16} {median:12.2} {spread:>21} {ratio:>8} {p99:>9} {cpu:11.3} {memory:9.1}");
}

fn p99(latency: &Latency) -> f64 {
    latency.p99
}
