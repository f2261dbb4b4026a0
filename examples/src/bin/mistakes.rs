//! What a program gets told when something is wrong.
//!
//! `cargo run -p lahja-examples --bin mistakes`

use std::time::Duration;

use lahja::{BroadcastConfig, Endpoint, Event, Received};
use lahja_examples::{Result, command_line, show_help};

const HELP: &str = "\
Makes five mistakes, and prints the error that each gets.

usage: mistakes";

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "mistakes.v1", response = Time)]
struct GetTime {}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "mistakes.v1")]
struct Time {
    unix_seconds: u64,
}

/// Another crate's idea of the same request.
mod elsewhere {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "mistakes.v1", response = Date)]
    pub(crate) struct GetTime {}

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "mistakes.v1")]
    pub(crate) struct Date {
        day: u32,
    }
}

#[tokio::main]
async fn main() -> Result {
    match command_line().as_str() {
        "" => make_mistakes().await,
        other => show_help(other, HELP),
    }
}

async fn make_mistakes() -> Result {
    let (alice, bob) = Endpoint::pair("alice", "bob").await?;
    nobody_answers(&alice).await;
    another_type_answers(&alice, &bob).await?;
    the_handler_fails(&alice, &bob).await?;
    the_answer_takes_too_long(&alice, &bob).await?;
    the_name_is_none().await;
    alice.stop().await;
    bob.stop().await;
    Ok(())
}

async fn nobody_answers(alice: &Endpoint) {
    let answer = alice.request(GetTime {}).await;
    show("a request without a subscriber", answer);
}

async fn another_type_answers(alice: &Endpoint, bob: &Endpoint) -> Result {
    let date = |_: Received<elsewhere::GetTime>| async { elsewhere::Date::default() };
    let answers = bob.respond(date)?;
    answers.confirmed().await;
    let answer = alice.request(GetTime {}).await;
    show("an answer of another type", answer);
    Ok(())
}

async fn the_handler_fails(alice: &Endpoint, bob: &Endpoint) -> Result {
    let fail = |_: Received<GetTime>| async { Err::<Time, _>("the clock is broken") };
    let answers = bob.respond(fail)?;
    answers.confirmed().await;
    let answer = alice.request(GetTime {}).await;
    show("a handler that fails", answer);
    Ok(())
}

async fn the_answer_takes_too_long(alice: &Endpoint, bob: &Endpoint) -> Result {
    let never = |_: Received<GetTime>| std::future::pending::<Time>();
    let answers = bob.respond(never)?;
    answers.confirmed().await;
    let soon = BroadcastConfig::new().timeout(Duration::from_millis(100));
    let answer = alice.request_with(GetTime {}, soon).await;
    show("an answer that does not come", answer);
    Ok(())
}

async fn the_name_is_none() {
    let endpoint = Endpoint::serve("no such name").await;
    show("a name with a space", endpoint);
}

fn show<T>(mistake: &str, result: lahja::Result<T>) {
    match result {
        Ok(_) => println!("{mistake}: no error"),
        Err(error) => println!("{mistake}: {error}"),
    }
}
