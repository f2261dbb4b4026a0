//! Two processes tell each other what happens in them.
//!
//! `cargo run -p lahja-examples --bin inter_process_ping_pong`

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lahja::{BroadcastConfig, Endpoint, EventStream, Received};
use lahja_examples::{Processes, Result, command_line, end_with_parent, show_help};
use ping_pong::{Finished, FirstThingHappened, SecondThingHappened};
use tokio::time::interval;

mod ping_pong {
    lahja::include_proto!("ping_pong.v1");
}

const HELP: &str = "\
Two processes tell each other what happens in them, for a few rounds.

usage: inter_process_ping_pong [--forever]

  --forever  go on until Ctrl-C";

const ROUNDS: usize = 3;
const FOREVER: usize = usize::MAX;
const PACE: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result {
    match command_line().as_str() {
        "" => both("proc1", "proc2").await,
        "--forever" => both("proc1 --forever", "proc2 --forever").await,
        "proc1" => proc1(ROUNDS).await,
        "proc2" => proc2(ROUNDS).await,
        "proc1 --forever" => proc1(FOREVER).await,
        "proc2 --forever" => proc2(FOREVER).await,
        other => show_help(other, HELP),
    }
}

async fn both(proc1: &'static str, proc2: &'static str) -> Result {
    let mut processes = Processes::new()?;
    processes.start(proc1)?;
    processes.start(proc2)?;
    processes.finish().await
}

async fn proc1(rounds: usize) -> Result {
    end_with_parent();
    let endpoint = Endpoint::serve("proc1").await?;
    let finished = endpoint.wait_for::<Finished>();
    let _second = endpoint.subscribe(|event: Received<SecondThingHappened>| {
        println!("Received via SUBSCRIBE API in proc1: {}", event.payload);
    })?;
    let _first = endpoint.subscribe(|event: Received<FirstThingHappened>| {
        println!("Receiving own event: {}", event.payload);
    })?;
    endpoint
        .wait_until_endpoint_subscribed_to::<FirstThingHappened>("proc2")
        .await?;

    let mut pace = interval(PACE);
    for _ in 0..rounds {
        pace.tick().await;
        println!("Hello from proc1");
        let payload = format!("Hit from proc1 ({})", time());
        endpoint.broadcast(FirstThingHappened { payload }).await?;
    }
    finished.await?;
    endpoint.stop().await;
    Ok(())
}

async fn proc2(rounds: usize) -> Result {
    end_with_parent();
    let endpoint = Endpoint::new("proc2").await?;
    let shown = show_events(endpoint.stream()?.take(rounds));
    let shown = tokio::spawn(shown);
    let _first = endpoint.subscribe(|event: Received<FirstThingHappened>| {
        println!("Received via SUBSCRIBE API in proc2: {}", event.payload);
    })?;
    endpoint.connect_to("proc1").await?;
    endpoint
        .wait_until_endpoint_subscribed_to::<SecondThingHappened>("proc1")
        .await?;

    let mut pace = interval(PACE);
    for _ in 0..rounds {
        pace.tick().await;
        println!("Hello from proc2");
        let payload = format!("Hit from proc2 ({})", time());
        endpoint.broadcast(SecondThingHappened { payload }).await?;
    }
    shown.await?;
    let last = BroadcastConfig::to("proc1").wait_for_subscriber();
    endpoint.broadcast_with(Finished {}, last).await?;
    endpoint.stop().await;
    Ok(())
}

async fn show_events(mut events: EventStream<FirstThingHappened>) {
    while let Some(event) = events.next().await {
        println!("Received via STREAM API in proc2: {}", event.payload);
    }
}

/// Seconds since 1970.
fn time() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}
