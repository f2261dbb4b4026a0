//! `proto/conformance/run.py`, and its own tests.

use crate::languages::{CLIENTS, python, repository, run, rust};

/// Runs the kit; all of it must pass, and none be left out.
fn assert_passes(mode: &str, adapters: &[String]) {
    let mut kit = python();
    kit.args(["proto/conformance/run.py", mode]).args(adapters);
    let printed = run(&mut kit).unwrap_or_else(|problem| panic!("{problem}"));
    let result = printed.lines().last().unwrap_or_default();
    let passed = result.strip_suffix(" passed, 0 failed");
    let passed = passed.unwrap_or_else(|| panic!("something was skipped:\n{printed}"));
    let passed: usize = passed.parse().expect("a number");
    assert!(passed >= 30, "{passed} cases are not all of them");
}

fn others() -> Vec<String> {
    CLIENTS.iter().map(|client| client.adapter()).collect()
}

#[test]
fn rust_passes_codec() {
    assert_passes("codec", &[rust()]);
}

#[test]
fn rust_passes_live() {
    assert_passes("live", &[rust()]);
}

#[test]
fn rust_passes_hostile() {
    assert_passes("hostile", &[rust()]);
}

#[test]
fn the_other_languages_pass_codec() {
    assert_passes("codec", &others());
}

#[test]
fn every_language_passes_live_with_every_other() {
    let mut adapters = others();
    adapters.insert(0, rust());
    assert_passes("live", &adapters);
}

#[test]
fn the_other_languages_pass_hostile() {
    assert_passes("hostile", &others());
}

#[test]
fn the_vectors_are_those_of_their_source() {
    let mut check = python();
    run(check.args(["proto/vectors/make.py", "--check"]))
        .unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn the_runner_fails_clearly_on_bad_adapters() {
    let mut tests = python();
    tests
        .args(["-m", "unittest", "discover", "-t", ".", "-s", "tests"])
        .current_dir(repository().join("proto/conformance"));
    run(&mut tests).unwrap_or_else(|problem| panic!("{problem}"));
}
