//! What the clients check by themselves: types, formatting, tests of their own.

use crate::languages::{Client, PYTHON, TYPESCRIPT, run};

fn assert_checks(client: &Client) {
    client.prepare();
    run(&mut client.script("check")).unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn the_python_client_passes_its_own_checks() {
    assert_checks(&PYTHON);
}

#[test]
fn the_typescript_client_passes_its_own_checks() {
    assert_checks(&TYPESCRIPT);
}
