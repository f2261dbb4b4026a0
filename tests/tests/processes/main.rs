//! What only several processes can show: deaths, names, floods, pauses and orderly ends.
#![forbid(unsafe_code)]

mod deaths;
mod floods;
mod names;
mod pauses;
mod starts;
mod stops;
mod users;

use lahja_tests::peer::Peer;
use lahja_tests::rendezvous::Rendezvous;

const EXE: &str = env!("CARGO_BIN_EXE_peer");

/// A process that may not be up yet.
fn spawn(at: &Rendezvous, name: &str, settings: &[&str]) -> Peer {
    Peer::spawn(EXE, at, name, settings)
}

/// A process that is up.
async fn start(at: &Rendezvous, name: &str, settings: &[&str]) -> Peer {
    Peer::start(EXE, at, name, settings).await
}

/// Has a process send ticks of this size until their subscriber has no room; gives how many.
async fn fill(sender: &mut Peer, size: usize) -> u64 {
    let count = sender.ask(&format!("fill 0 {size}"), "full").await;
    count.parse().expect("a number")
}

/// Enough `take`s for every event that a test sends.
const ALL: &str = "take 1000000";
