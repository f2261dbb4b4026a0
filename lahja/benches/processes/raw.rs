//! The floor: a bare tokio `UnixStream`, with nothing but the bytes.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::EVENT_LEN;
use super::peer::Peer;

async fn meet(role: &str) -> (UnixStream, Peer, tempfile::TempDir) {
    let place = tempfile::tempdir().expect("a directory");
    let listener = UnixListener::bind(place.path().join("raw")).expect("a listener");
    let peer = Peer::start(role, place.path());
    let (stream, _) = listener.accept().await.expect("the child connects");
    (stream, peer, place)
}

async fn join(place: &Path) -> UnixStream {
    UnixStream::connect(place.join("raw"))
        .await
        .expect("the parent listens")
}

/// Events per second, written in batches of so many bytes.
pub(crate) async fn one_way(events: u64, batch: usize) -> f64 {
    let (mut stream, _peer, _place) = meet("raw sink").await;
    let events_per_write = (batch / EVENT_LEN).max(1) as u64;
    let bytes = vec![0; events_per_write as usize * EVENT_LEN];
    let start = Instant::now();
    let mut left = events;
    while left > 0 {
        let now = left.min(events_per_write);
        let write = &bytes[..now as usize * EVENT_LEN];
        stream.write_all(write).await.expect("the child reads");
        left -= now;
    }
    stream.shutdown().await.expect("the stream closes");
    let received = stream.read_u64().await.expect("the child counts");
    assert_eq!(received, events * EVENT_LEN as u64, "nothing is lost");
    events as f64 / start.elapsed().as_secs_f64()
}

/// Reads to the end, and says how much that was.
pub(crate) async fn sink(place: &Path) {
    let mut stream = join(place).await;
    let mut buffer = vec![0; 64 * 1024];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer).await.expect("the parent writes") {
            0 => break,
            count => received += count as u64,
        }
    }
    stream
        .write_u64(received)
        .await
        .expect("the parent listens");
}

pub(crate) async fn round_trips(count: usize) -> Vec<Duration> {
    let (mut stream, _peer, _place) = meet("raw echo").await;
    let mut bytes = [0; EVENT_LEN];
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        stream.write_all(&bytes).await.expect("the child reads");
        stream
            .read_exact(&mut bytes)
            .await
            .expect("the child answers");
        times.push(start.elapsed());
    }
    times
}

/// Sends back what comes.
pub(crate) async fn echo(place: &Path) {
    let mut stream = join(place).await;
    let mut bytes = [0; EVENT_LEN];
    while stream.read_exact(&mut bytes).await.is_ok() {
        stream.write_all(&bytes).await.expect("the parent reads");
    }
}
