//! One case per mistake, each with the message that its author reads.

use std::env;
use std::process::Command;

/// The compiler that wrote the messages in `ui/types`.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn mistakes_are_errors_at_their_place() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/pass/*.rs");
    // What a type lacks rustc says, with our text inside; the text around it varies.
    if rustc_version().starts_with(RUSTC) {
        cases.compile_fail("tests/ui/types/*.rs");
    } else {
        eprintln!("skipped tests/ui/types: its messages are those of {RUSTC}x");
    }
}

fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let stdout = output.expect("rustc runs").stdout;
    String::from_utf8(stdout).expect("a version is UTF-8")
}
