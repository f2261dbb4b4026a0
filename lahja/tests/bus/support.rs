//! What many tests need: endpoints that are connected, and conditions to wait for.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use lahja::{
    BroadcastConfig, ConnectionConfig, Endpoint, EndpointBuilder, Error, Event, EventStream,
};
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio::sync::Notify;

use super::events::Tick;

/// A window that takes few ticks of [`ROOM`] bytes.
pub(crate) const WINDOW: u64 = 4 * 1024;

/// What a tick takes of that window, about.
pub(crate) const ROOM: usize = 1024;

pub(crate) async fn pair() -> (Endpoint, Endpoint) {
    Endpoint::pair("alice", "bob")
        .await
        .expect("a pair in memory")
}

/// A pair in which both take few events at a time.
pub(crate) async fn narrow_pair() -> (Endpoint, Endpoint) {
    let narrow = |name| Endpoint::builder(name).window(WINDOW);
    pair_of(narrow("alice"), narrow("bob")).await
}

pub(crate) async fn pair_of(one: EndpointBuilder, other: EndpointBuilder) -> (Endpoint, Endpoint) {
    one.pair(other).await.expect("a pair in memory")
}

/// A directory for sockets, which is gone at the end of the test.
pub(crate) fn directory() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

pub(crate) fn builder(name: &str, directory: &TempDir) -> EndpointBuilder {
    Endpoint::builder(name).directory(directory.path())
}

pub(crate) async fn serve(name: &str, directory: &TempDir) -> Endpoint {
    builder(name, directory)
        .serve()
        .await
        .expect("the name is free")
}

pub(crate) fn at(name: &str, directory: &Path) -> ConnectionConfig {
    ConnectionConfig::from_name_in(name, directory)
}

/// Two endpoints on Unix sockets, of which the first has connected to the second.
pub(crate) async fn connected(directory: &TempDir) -> (Endpoint, Endpoint) {
    let (alice, bob) = (
        serve("alice", directory).await,
        serve("bob", directory).await,
    );
    alice.connect_to("bob").await.expect("bob listens");
    bob.wait_until_connected_to("alice")
        .await
        .expect("bob runs");
    (alice, bob)
}

/// Connected endpoints of one kind or the other, by turns.
pub(crate) async fn in_memory_or_on_sockets(
    round: u32,
    directory: &TempDir,
) -> (Endpoint, Endpoint) {
    match round % 2 {
        0 => pair().await,
        _ => connected(directory).await,
    }
}

/// Resolves once `from` knows that `to` subscribes to `E`.
pub(crate) async fn knows_subscriber<E: Event>(from: &Endpoint, to: &Endpoint) {
    from.wait_until_endpoint_subscribed_to::<E>(to.name())
        .await
        .expect("both run");
}

/// Broadcasts ticks from number `first` on until somebody has no room; gives the number of the
/// one that found none.
pub(crate) fn fill(from: &Endpoint, first: u64) -> u64 {
    (first..)
        .find(
            |&number| match from.broadcast_nowait(Tick::of_size(number, ROOM)) {
                Ok(_) => false,
                Err(Error::Full { .. }) => true,
                Err(error) => panic!("filling the window failed: {error}"),
            },
        )
        .expect("a window is bounded")
}

/// A narrow pair of which bob subscribes to ticks, and has room for none: with his stream, and the
/// number of the tick that found none.
pub(crate) async fn full_pair() -> (Endpoint, Endpoint, EventStream<Tick>, u64) {
    let (alice, bob) = narrow_pair().await;
    let ticks = bob.stream().unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    let first_without_room = fill(&alice, 0);
    (alice, bob, ticks, first_without_room)
}

/// Fills the window of all who subscribe to ticks, and lets a broadcast's deadline pass. Gives
/// the number of the tick that did not get through.
pub(crate) async fn stall(from: &Endpoint) -> u64 {
    let late = fill(from, 0);
    let config = BroadcastConfig::new().timeout(Duration::from_millis(1));
    let error = from
        .broadcast_with(Tick::of_size(late, ROOM), config)
        .await
        .expect_err("there is no room");
    assert!(matches!(error, Error::Stalled { .. }), "{error}");
    late
}

/// Polls a future so many times, letting others run in between, and drops it. True if it was
/// ready before.
pub(crate) async fn poll_times<F: Future>(future: F, polls: usize) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        let ready = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready()));
        if ready.await {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// Resolves once `condition` holds, letting others run meanwhile.
pub(crate) async fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

/// Fails a test that would hang, after time that no test takes.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("it ends")
}

/// Tells that it was dropped, as what a handler holds is when the handler ends.
pub(crate) struct OnDrop(pub(crate) Arc<Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Runs a story in a thread of its own, so that a deadlock fails the test instead of hanging it.
pub(crate) fn without_deadlock<F: Future<Output = ()>>(story: impl FnOnce() -> F + Send + 'static) {
    without_deadlock_on(Builder::new_current_thread(), story);
}

/// The same on a runtime of one's own.
pub(crate) fn without_deadlock_on<F: Future<Output = ()>>(
    mut runtime: Builder,
    story: impl FnOnce() -> F + Send + 'static,
) {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(story());
        done.send(()).unwrap();
    });
    let ended = ended.recv_timeout(Duration::from_secs(60));
    ended.expect("the story ends");
}
