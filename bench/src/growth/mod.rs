//! lahja alone, as its work grows: what an event costs should not.

mod series;

use anyhow::Result;
use serde_json::{Value, json};

use crate::args::Options;
use crate::peers;
use crate::report::{machine, write_json};
use crate::run::{self, Outcome};
use crate::stats::Spread;
use series::{Point, Series};

pub(crate) fn run(options: &Options) -> Result<()> {
    let all = series::all().into_iter();
    let wanted: Vec<_> = all
        .filter(|series| options.works.allows(series.name))
        .collect();
    if options.list {
        for series in &wanted {
            println!("{:12} {}", series.name, series.title);
        }
        return Ok(());
    }
    let measured = wanted.iter().map(|series| measure(series, options));
    let measured = measured.collect::<Result<Vec<_>>>()?;
    let figures = json!({
        "machine": machine(),
        "runs": options.runs,
        "seconds": options.time.as_secs_f64(),
        "series": measured,
    });
    write_json(options, "growth", &figures)
}

/// All points of a series, as a table on stdout and as JSON.
fn measure(series: &Series, options: &Options) -> Result<Value> {
    println!("\n{}", series.title);
    println!(
        "{:>12} {:>12} {:>21} {:>11} {:>9} {:>9}",
        series.unit, "1,000/s", "least – most", "CPU µs each", "peak MiB", "host MiB"
    );
    let mut points = Vec::new();
    for point in &series.points {
        let outcomes = repeat(series, point, options)?;
        let figures = Figures::of(&outcomes, point);
        figures.print(point.size);
        points.push(figures.json(point.size));
    }
    Ok(json!({
        "name": series.name,
        "title": series.title,
        "unit": series.unit,
        "points": points,
    }))
}

fn repeat(series: &Series, point: &Point, options: &Options) -> Result<Vec<Outcome>> {
    let lahja = peers::named("lahja")?;
    let one = |number| {
        eprintln!(
            "run {number} of {}: {}, {}",
            options.runs, series.name, point.size
        );
        run::run(lahja, &point.work, options.time)
    };
    (1..=options.runs).map(one).collect()
}

struct Figures {
    per_second: Spread,
    /// Of all processes, per event and receiver.
    cpu_micros: Spread,
    peak_memory: Spread,
    host_memory: Spread,
}

impl Figures {
    fn of(outcomes: &[Outcome], point: &Point) -> Self {
        let receivers = point.work.receivers() as f64;
        let spread = |figure: &dyn Fn(&Outcome) -> f64| Spread::of(outcomes.iter().map(figure));
        Self {
            per_second: spread(&Outcome::per_second),
            cpu_micros: spread(&|run| run.cpu_per_million() / receivers),
            peak_memory: spread(&|run| run.peak_memory as f64),
            host_memory: spread(&|run| run.host_memory as f64),
        }
    }

    fn print(&self, size: usize) {
        let Spread { median, min, max } = self.per_second;
        let rate = median / 1e3;
        let spread = format!("{:.2} – {:.2}", min / 1e3, max / 1e3);
        let cpu = self.cpu_micros.median;
        let mebibytes = |spread: Spread| spread.median / f64::from(1 << 20);
        let (peak, host) = (mebibytes(self.peak_memory), mebibytes(self.host_memory));
        println!("{size:12} {rate:12.2} {spread:>21} {cpu:11.3} {peak:9.1} {host:9.2}");
    }

    fn json(&self, size: usize) -> Value {
        json!({
            "size": size,
            "per_second": self.per_second,
            "cpu_micros": self.cpu_micros,
            "peak_memory_bytes": self.peak_memory,
            "host_memory_bytes": self.host_memory,
        })
    }
}
