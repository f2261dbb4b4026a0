//! What the bus costs between two processes, beside a bare `UnixStream` that does the same work
//! in the same run: `cargo bench -p lahja`.
//!
//! `cargo bench -p lahja -- one-way` and `… -- round-trips` do half of it. Events are 112 bytes.
//! Each figure is the median of several runs; in each, a fresh child
//! process receives or answers while this one sends or asks, and holds the clock.

mod bus;
mod peer;
mod raw;
mod report;

use std::env;
use std::future::Future;

use report::Report;

/// An event whose encoding takes 112 bytes.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "bench.v1")]
struct Sample {
    #[event(fixed64)]
    number: u64,
    payload: Vec<u8>,
}

/// The same 112 bytes, to be answered with a [`Sample`].
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "bench.v1", response = Sample)]
struct Question {
    #[event(fixed64)]
    number: u64,
    payload: Vec<u8>,
}

const EVENT_LEN: usize = 112;
/// What tags and lengths leave of it, the number aside.
const PAYLOAD_LEN: usize = EVENT_LEN - 9 - 2;

const RUNS: usize = 5;
const EVENTS: u64 = 2_000_000;
const UNBATCHED_EVENTS: u64 = 300_000;
const ROUND_TRIPS: usize = 20_000;

fn main() {
    if let Some(role) = peer::role() {
        peer::run(&role);
        return;
    }
    if env::args().any(|argument| argument == "--test") {
        // `cargo test --benches` only wants to know that it builds.
        return;
    }
    let wanted = env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let wants = |part: &str| wanted.as_deref().is_none_or(|wanted| wanted == part);
    let mut report = Report::default();
    for run in 1..=RUNS {
        eprintln!("run {run} of {RUNS}");
        if wants("one-way") {
            one_way(&mut report);
        }
        if wants("round-trips") {
            round_trips(&mut report);
        }
    }
    report.print();
}

fn one_way(report: &mut Report) {
    report.rate(
        "raw, 64 KiB batches",
        on_runtime(raw::one_way(EVENTS, 64 * 1024)),
    );
    report.rate(
        "raw, a write per event",
        on_runtime(raw::one_way(UNBATCHED_EVENTS, 0)),
    );
    report.rate("lahja", on_runtime(bus::one_way(EVENTS)));
}

fn round_trips(report: &mut Report) {
    for one_cpu in [false, true] {
        peer::pin(one_cpu);
        report.latency(one_cpu, "raw", on_runtime(raw::round_trips(ROUND_TRIPS)));
        report.latency(one_cpu, "lahja", on_runtime(bus::round_trips(ROUND_TRIPS)));
    }
    peer::pin(false);
}

fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}
