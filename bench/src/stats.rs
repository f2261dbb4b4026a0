//! Medians and spreads.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The middle one of the values, the upper of the two in the middle if they are even in number;
/// 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() as f64 * part) as usize;
    let last = sorted.len().saturating_sub(1);
    sorted.get(at.min(last)).copied().unwrap_or(0.0)
}

/// One figure over several runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.into_iter().collect();
        Self {
            median: median(&values),
            min: quantile(&values, 0.0),
            max: quantile(&values, 1.0),
        }
    }
}

/// Microseconds that events or round trips of one run took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(crate) median: f64,
    pub(crate) p99: f64,
}

/// Durations, to three digits, in memory that does not grow.
pub(crate) struct Durations(Histogram<u32>);

impl Durations {
    pub(crate) fn new() -> Self {
        let longest = 60_000_000_000;
        Self(Histogram::new_with_max(longest, 3).expect("bounds that are allowed"))
    }

    pub(crate) fn record(&mut self, nanos: u64) {
        self.0.saturating_record(nanos);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// Of none there is no latency.
    pub(crate) fn latency(&self) -> Option<Latency> {
        let micros = |part| self.0.value_at_quantile(part) as f64 / 1e3;
        (self.count() > 0).then(|| Latency {
            median: micros(0.5),
            p99: micros(0.99),
        })
    }
}
