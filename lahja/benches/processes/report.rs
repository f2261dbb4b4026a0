//! The figures, and the table that they end in.

use std::time::Duration;

type Rows = Vec<(&'static str, Vec<f64>)>;

#[derive(Default)]
pub(crate) struct Report {
    /// Millions of events per second.
    rates: Rows,
    /// Microseconds, unpinned and pinned.
    latencies: [Rows; 2],
}

impl Report {
    pub(crate) fn rate(&mut self, name: &'static str, per_second: f64) {
        record(&mut self.rates, name, per_second / 1e6);
    }

    /// Keeps the median of one run's round trips.
    pub(crate) fn latency(&mut self, one_cpu: bool, name: &'static str, times: Vec<Duration>) {
        let micros = times.iter().map(|time| time.as_secs_f64() * 1e6).collect();
        record(
            &mut self.latencies[usize::from(one_cpu)],
            name,
            median(micros),
        );
    }

    pub(crate) fn print(self) {
        print_rows("one way, 112-byte events, million/s", &self.rates);
        let [all, one] = &self.latencies;
        print_rows("round trip, both processes on any CPU, median µs", all);
        print_rows("round trip, both processes on one CPU, median µs", one);
    }
}

fn record(rows: &mut Rows, name: &'static str, figure: f64) {
    match rows.iter_mut().find(|(known, _)| *known == name) {
        Some((_, figures)) => figures.push(figure),
        None => rows.push((name, vec![figure])),
    }
}

/// Each row beside the first, which is the floor.
fn print_rows(title: &str, rows: &Rows) {
    if rows.is_empty() {
        return;
    }
    println!("\n{title}");
    println!(
        "{:24} {:>8} {:>8} {:>8} {:>8}",
        "", "median", "least", "most", "ratio"
    );
    let floor = rows
        .first()
        .map_or(1.0, |(_, figures)| median(figures.clone()));
    for (name, figures) in rows {
        let middle = median(figures.clone());
        let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
        let most = figures.iter().copied().fold(0.0, f64::max);
        println!(
            "{name:24} {middle:8.2} {least:8.2} {most:8.2} {:8.2}",
            middle / floor
        );
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
