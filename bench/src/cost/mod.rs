//! What an event costs lahja: instructions, allocations and system calls, sending and receiving.

mod tool;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::args::Options;
use crate::job::{Job, Role};
use crate::peers;
use crate::report::{machine, write_json};
use crate::run;
use crate::work::{self, Work};
use tool::Tool;

/// The kinds of work that are counted: the others only differ in when they happen.
const COUNTED: [&str; 5] = ["one-way", "fan-out-4", "request", "in-flight-64", "large"];

pub(crate) fn run(options: &Options) -> Result<()> {
    let counted = |work: &Work| COUNTED.contains(&work.name.as_str());
    let works = work::all().into_iter().filter(counted);
    let works: Vec<_> = works
        .filter(|work| options.works.allows(&work.name))
        .collect();
    if options.list {
        for work in &works {
            println!("{:16} {}", work.name, work.title);
        }
        return Ok(());
    }
    let tools = present();
    if tools.is_empty() {
        bail!("there is nothing to count with");
    }
    let rows = works.iter().map(|work| count(work, &tools, options));
    let rows = rows.collect::<Result<Vec<_>>>()?;
    write_json(
        options,
        "cost",
        &json!({ "machine": machine(), "work": rows }),
    )
}

fn present() -> Vec<&'static Tool> {
    let can = |tool: &&Tool| match tool.missing() {
        None => true,
        Some(why) => {
            eprintln!("{} are not counted: {why}", tool.counts);
            false
        }
    };
    tool::ALL.iter().filter(can).collect()
}

/// A table on stdout, and as JSON.
fn count(work: &Work, tools: &[&Tool], options: &Options) -> Result<Value> {
    let mut counts = Vec::new();
    for tool in tools {
        eprintln!("{}: counting {}", work.name, tool.counts);
        counts.push(per_event(work, tool, options.time)?);
    }
    println!(
        "\n{} ({} bytes), of each process per event",
        work.title, work.len
    );
    print!("{:10}", "");
    tools.iter().for_each(|tool| print!(" {:>14}", tool.counts));
    println!();
    let mut rows = Vec::new();
    for (number, role) in SIDES.iter().enumerate() {
        let name = name(work, *role);
        print!("{name:10}");
        counts
            .iter()
            .for_each(|count| print!(" {:14.3}", count[number]));
        println!();
        let figures = tools.iter().zip(&counts);
        let figures = figures.map(|(tool, count)| (tool.counts.to_owned(), json!(count[number])));
        rows.push(json!({ "who": name, "per_event": Value::Object(figures.collect()) }));
    }
    Ok(json!({ "name": work.name, "title": work.title, "rows": rows }))
}

/// The sides of a measurement; further guests do what the first does.
const SIDES: [Role; 2] = [Role::Host, Role::Guest(0)];

fn name(work: &Work, role: Role) -> &'static str {
    match (role, work.is_requests()) {
        (Role::Host, false) => "sends",
        (Role::Guest(_), false) => "receives",
        (Role::Host, true) => "answers",
        (Role::Guest(_), true) => "asks",
    }
}

/// What an event more costs each side: the difference between a short run and a long one, so that
/// what it takes to start and to connect does not count.
fn per_event(work: &Work, tool: &Tool, time: Duration) -> Result<[f64; 2]> {
    let folder = tempfile::tempdir()?;
    let (few, before) = run_under(work, tool, time, folder.path())?;
    let (many, after) = run_under(work, tool, 4 * time, folder.path())?;
    let events = many - few;
    if events <= 0.0 {
        bail!("a long run had no more events than a short one");
    }
    Ok([0, 1].map(|side| (after[side] - before[side]) / events))
}

/// How many events there were, and what was counted on each side.
fn run_under(work: &Work, tool: &Tool, time: Duration, folder: &Path) -> Result<(f64, [f64; 2])> {
    let wrap = |program: Command, job: &Job| tool.wrap(&program, job, folder);
    let outcome = run::run_as(peers::named("lahja")?, work, time, &wrap)?;
    let mut counts = [0.0; 2];
    for (count, role) in counts.iter_mut().zip(SIDES) {
        *count = tool.count(role, folder)?;
    }
    Ok((outcome.events as f64, counts))
}
