//! What the system says of a process.

use std::collections::HashSet;
use std::fs;

use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// How many file descriptors a process holds open.
///
/// # Panics
///
/// If there is no such process.
#[must_use]
pub fn open_files(pid: u32) -> usize {
    files_of(pid).count()
}

/// How many sockets a process holds open.
///
/// # Panics
///
/// If there is no such process.
#[must_use]
pub fn open_sockets(pid: u32) -> usize {
    let is_socket = |file: &fs::DirEntry| {
        fs::read_link(file.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))
    };
    files_of(pid).filter(is_socket).count()
}

/// The most memory that a process ever had resident, in bytes.
///
/// # Panics
///
/// If there is no such process.
#[must_use]
pub fn peak_memory(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is alive");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    let kib: Option<usize> = kib.and_then(|kib| kib.parse().ok());
    kib.expect("a process has a peak of memory") * 1024
}

/// Lets a process open no further file.
///
/// # Panics
///
/// If there is no such process.
pub fn forbid_more_files(pid: u32) {
    let open: HashSet<u64> = files_of(pid)
        .filter_map(|file| file.file_name().to_str()?.parse().ok())
        .collect();
    // New ones get the lowest number that is free, and have to be below the limit.
    let lowest = (0..).find(|number| !open.contains(number));
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let limit = Rlimit {
        current: lowest,
        maximum: lowest,
    };
    prlimit(pid, Resource::Nofile, limit).expect("the process is alive");
}

/// Its open file descriptors, as entries whose names are their numbers.
fn files_of(pid: u32) -> impl Iterator<Item = fs::DirEntry> {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is alive");
    files.map(|file| file.expect("the process is alive"))
}
