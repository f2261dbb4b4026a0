//! The programs that count.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::job::{Job, Role};

/// A program that runs another and counts something until that ends.
pub(super) struct Tool {
    /// What it counts.
    pub(super) counts: &'static str,
    /// Its command line, without where the count goes.
    command: &'static [&'static str],
    /// The option that says where the count goes.
    output: &'static str,
    /// Finds the count in what it wrote.
    read: fn(&str) -> Option<&str>,
}

pub(super) const ALL: &[Tool] = &[
    Tool {
        counts: "instructions",
        command: &["valgrind", "--quiet", "--tool=callgrind"],
        output: "--callgrind-out-file=",
        read: |report| after(report, "totals: "),
    },
    Tool {
        counts: "allocations",
        command: &["valgrind", "--tool=memcheck", "--undef-value-errors=no"],
        output: "--log-file=",
        read: |report| after(report, "total heap usage: "),
    },
    Tool {
        counts: "system calls",
        command: &["perf", "stat", "-x", " ", "-e", "raw_syscalls:sys_enter"],
        output: "--output=",
        read: |report| report.lines().find(|line| line.contains("raw_syscalls")),
    },
];

impl Tool {
    /// Why it cannot count here.
    pub(super) fn missing(&self) -> Option<String> {
        let [program, arguments @ ..] = self.command else {
            return None;
        };
        let mut command = Command::new(program);
        command.args(arguments);
        command.arg(format!("{}/dev/null", self.output)).arg("true");
        let run = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        match run {
            Ok(status) if status.success() => None,
            Ok(status) => Some(format!("`{}` fails here: {status}", self.command.join(" "))),
            Err(error) => Some(format!("{program} does not start: {error}")),
        }
    }

    /// The same program, counted.
    pub(super) fn wrap(&self, program: &Command, job: &Job, folder: &Path) -> Command {
        let output = self.report(job.role, folder);
        let mut command = Command::new(self.command[0]);
        command.args(&self.command[1..]);
        command.arg(format!("{}{}", self.output, output.display()));
        command.arg(program.get_program()).args(program.get_args());
        command
    }

    /// The count of a process that has ended.
    pub(super) fn count(&self, role: Role, folder: &Path) -> Result<f64> {
        let path = self.report(role, folder);
        let report = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let count = (self.read)(&report).and_then(|line| line.split_whitespace().next());
        let count = count.with_context(|| format!("no count in {}", path.display()))?;
        Ok(count.replace(',', "").parse()?)
    }

    fn report(&self, role: Role, folder: &Path) -> PathBuf {
        let who = match role {
            Role::Host => "host".to_owned(),
            Role::Guest(guest) => format!("guest-{guest}"),
        };
        folder.join(format!("{}-{who}", self.counts.replace(' ', "-")))
    }
}

fn after<'a>(report: &'a str, words: &str) -> Option<&'a str> {
    report.split_once(words).map(|(_, rest)| rest)
}
