//! Helpers for tests that need several processes, hostile bytes or other languages.
#![forbid(unsafe_code)]

pub mod conformance;
pub mod events;
pub mod peer;
pub mod raw;
pub mod rendezvous;
pub mod scene;
pub mod system;
pub mod vectors;

use std::future::Future;
use std::time::Duration;

/// How long a test may take before it counts as hung: far less than the deadlines that it sets
/// for what must not be waited for.
const GUARD: Duration = Duration::from_secs(20);

/// Awaits what must come, and fails the test by `what` if it does not.
///
/// # Panics
///
/// After 20 s.
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    let done = tokio::time::timeout(GUARD, future).await;
    done.unwrap_or_else(|_| panic!("not within {GUARD:?}: {what}"))
}

/// Waits for a condition of which nothing tells, such as how many files a process holds open.
///
/// # Panics
///
/// After 20 s.
pub async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(2));
    let holds = async {
        while !condition() {
            looks.tick().await;
        }
    };
    within(what, holds).await;
}
