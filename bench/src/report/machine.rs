//! Where the figures come from.

use std::fs;
use std::thread;

use serde_json::{Value, json};

/// Its processor and kernel.
pub(crate) fn machine() -> Value {
    json!({
        "cpu": cpu(),
        "cpus": thread::available_parallelism().map_or(0, usize::from),
        "kernel": file("/proc/sys/kernel/osrelease"),
    })
}

fn cpu() -> String {
    let info = file("/proc/cpuinfo");
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": "));
    name.map_or_else(String::new, |(_, name)| name.to_owned())
}

fn file(path: &str) -> String {
    fs::read_to_string(path)
        .unwrap_or_default()
        .trim()
        .to_owned()
}
