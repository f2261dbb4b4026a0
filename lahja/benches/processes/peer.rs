//! The child process at the other end.

use std::env;
use std::path::Path;
use std::process::{Child, Command};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

const ROLE: &str = "LAHJA_BENCH_ROLE";
const PLACE: &str = "LAHJA_BENCH_PLACE";

/// A child that ends with its run.
pub(crate) struct Peer(Child);

impl Peer {
    /// Starts this program again, in a role, with a directory to meet in.
    pub(crate) fn start(role: &str, place: &Path) -> Self {
        let program = env::current_exe().expect("this program's path");
        let mut command = Command::new(program);
        let child = command.env(ROLE, role).env(PLACE, place).spawn();
        Self(child.expect("the program starts again"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What this process is to do, if it is the child.
pub(crate) fn role() -> Option<String> {
    env::var(ROLE).ok()
}

pub(crate) fn run(role: &str) {
    let place = env::var_os(PLACE).expect("a child is told where to meet");
    let place = Path::new(&place);
    match role {
        "raw sink" => super::on_runtime(super::raw::sink(place)),
        "raw echo" => super::on_runtime(super::raw::echo(place)),
        "bus sink" => super::on_runtime(super::bus::sink(place)),
        "bus echo" => super::on_runtime(super::bus::echo(place)),
        other => panic!("no role {other}"),
    }
}

/// Runs this process, and children started from now on, on one CPU or on all.
pub(crate) fn pin(one_cpu: bool) {
    static ALL: std::sync::OnceLock<CpuSet> = std::sync::OnceLock::new();
    let all = ALL.get_or_init(|| sched_getaffinity(None).expect("the CPUs of this process"));
    let mut cpus = *all;
    if one_cpu {
        let first = (0..CpuSet::MAX_CPU)
            .find(|cpu| all.is_set(*cpu))
            .expect("a CPU");
        cpus = CpuSet::new();
        cpus.set(first);
    }
    sched_setaffinity(None, &cpus).expect("the CPUs can be chosen");
}
