//! The same work over the bus.

use std::path::Path;
use std::time::{Duration, Instant};

use lahja::{BroadcastConfig, Endpoint, Received};

use super::peer::Peer;
use super::{PAYLOAD_LEN, Question, Sample};

async fn meet(role: &str) -> (Endpoint, Peer, tempfile::TempDir) {
    let place = tempfile::tempdir().expect("a directory");
    let endpoint = serve("parent", place.path()).await;
    let peer = Peer::start(role, place.path());
    endpoint
        .connect_to("child")
        .await
        .expect("the child listens");
    (endpoint, peer, place)
}

async fn serve(name: &str, place: &Path) -> Endpoint {
    let builder = Endpoint::builder(name).directory(place);
    builder.serve().await.expect("the endpoint starts")
}

fn sample(number: u64) -> Sample {
    let payload = vec![0; PAYLOAD_LEN];
    Sample { number, payload }
}

fn question(number: u64) -> Question {
    let payload = vec![0; PAYLOAD_LEN];
    Question { number, payload }
}

/// Events per second, until the child has taken the last of them.
pub(crate) async fn one_way(events: u64) -> f64 {
    let (endpoint, _peer, _place) = meet("bus sink").await;
    let waiting = endpoint.wait_until_endpoint_subscribed_to::<Sample>("child");
    waiting.await.expect("the child subscribes");
    let start = Instant::now();
    for number in 0..events {
        let sent = endpoint
            .broadcast(sample(number))
            .await
            .expect("the child makes room");
        assert_eq!(sent.count(), 1, "nothing is lost");
    }
    let end = BroadcastConfig::new()
        .timeout(Duration::from_secs(60))
        .wait_for_subscriber();
    let answer = endpoint
        .request_with(question(events), end)
        .await
        .expect("the child counts");
    assert_eq!(answer.number, events, "nothing is lost");
    events as f64 / start.elapsed().as_secs_f64()
}

/// Takes as many events as it is asked about, and then answers.
pub(crate) async fn sink(place: &Path) {
    let endpoint = serve("child", place).await;
    let mut questions = endpoint.stream::<Question>().expect("it runs");
    let mut samples = endpoint.stream::<Sample>().expect("it runs");
    let mut received = 0;
    let question = loop {
        tokio::select! {
            biased;
            Some(sample) = samples.next() => {
                assert_eq!(sample.number, received, "in order");
                received += 1;
            }
            Some(question) = questions.next() => break question,
        }
    };
    while received < question.number {
        samples.next().await.expect("all that was sent");
        received += 1;
    }
    question.reply(sample(received)).expect("the parent waits");
    std::future::pending().await
}

pub(crate) async fn round_trips(count: usize) -> Vec<Duration> {
    let (endpoint, _peer, _place) = meet("bus echo").await;
    let waiting = endpoint.wait_until_endpoint_subscribed_to::<Question>("child");
    waiting.await.expect("the child subscribes");
    let mut times = Vec::with_capacity(count);
    for number in 0..count as u64 {
        let start = Instant::now();
        let answer = endpoint
            .request(question(number))
            .await
            .expect("the child answers");
        times.push(start.elapsed());
        assert_eq!(answer.number, number);
    }
    times
}

/// Answers each question with its own content.
pub(crate) async fn echo(place: &Path) {
    let endpoint = serve("child", place).await;
    let answers = endpoint.respond(|question: Received<Question>| async move {
        let Question { number, payload } = question.into_inner();
        Sample { number, payload }
    });
    answers.expect("it runs").detach();
    std::future::pending().await
}
