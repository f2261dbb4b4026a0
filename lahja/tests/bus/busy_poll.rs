//! Threads that look for more before they sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use lahja::{Endpoint, EndpointBuilder, Received};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::events::{Add, Sum};
use crate::support::*;

/// How often a thread was about to sleep.
#[derive(Clone, Default)]
struct Sleeps(Arc<AtomicUsize>);

impl Sleeps {
    fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    /// A runtime of one thread, of which these are counted.
    fn runtime(&self) -> Runtime {
        let sleeps = self.clone();
        Builder::new_current_thread()
            .enable_all()
            .on_thread_park(move || {
                sleeps.0.fetch_add(1, Ordering::AcqRel);
            })
            .build()
            .expect("a runtime")
    }
}

/// Connects alice, as she is built, to a bob of another thread who answers.
fn with_answering_bob<F: Future<Output = ()>>(
    build_alice: impl FnOnce(EndpointBuilder) -> EndpointBuilder,
    story: impl FnOnce(Endpoint, Sleeps) -> F,
) {
    let directory = directory();
    let sleeps = Sleeps::default();
    let far = Builder::new_multi_thread().enable_all().build().unwrap();
    let bob = far.block_on(serve("bob", &directory));
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    sleeps.runtime().block_on(async {
        let alice = build_alice(builder("alice", &directory));
        let alice = alice.serve().await.expect("the name is free");
        alice.connect_to("bob").await.expect("bob listens");
        knows_subscriber::<Add>(&alice, &bob).await;
        soon(story(alice, sleeps.clone())).await;
    });
}

/// How often the thread sleeps during so many requests, one behind the other.
async fn sleeps_of_requests(alice: &Endpoint, sleeps: &Sleeps, requests: i64) -> usize {
    let before = sleeps.count();
    for number in 0..requests {
        let sum = alice.request(Add::new(number, 1)).await.unwrap();
        assert_eq!(sum, Sum::new(number + 1));
    }
    sleeps.count() - before
}

#[test]
fn who_asks_again_and_again_does_not_sleep_in_between() {
    let busy = |alice: EndpointBuilder| alice.busy_poll(Duration::from_secs(1));
    with_answering_bob(busy, |alice, sleeps| async move {
        sleeps_of_requests(&alice, &sleeps, 1).await;
        assert_eq!(sleeps_of_requests(&alice, &sleeps, 200).await, 0);
    });
}

#[test]
fn without_busy_polling_a_wait_is_a_sleep() {
    let idle = |alice: EndpointBuilder| alice.busy_poll(Duration::ZERO);
    with_answering_bob(idle, |alice, sleeps| async move {
        let slept = sleeps_of_requests(&alice, &sleeps, 200).await;
        // Now and then tokio looks for news in passing.
        assert!(slept > 100, "{slept} times");
    });
}

#[test]
fn a_thread_sleeps_soon_after_the_last_answer() {
    let by_default = |alice| alice;
    with_answering_bob(by_default, |alice, sleeps| async move {
        sleeps_of_requests(&alice, &sleeps, 10).await;
        let before = sleeps.count();
        let (asleep, sleeping) = oneshot::channel();
        thread::spawn(move || {
            while sleeps.count() == before {
                thread::yield_now();
            }
            asleep.send(()).unwrap();
        });
        sleeping.await.unwrap();
    });
}
