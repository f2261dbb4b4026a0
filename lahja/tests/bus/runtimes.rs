//! Runtimes: of one thread and of many, several at once, and one that ends.

use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake};
use std::thread;
use std::time::Duration;

use lahja::{BroadcastConfig, Endpoint, Error, Received};
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::events::{Add, Sum, Tick};
use crate::support::*;

fn one_thread() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn two_threads() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn talk(directory: &TempDir) {
    let (alice, bob) = connected(directory).await;
    let mut ticks = bob.stream::<Tick>().unwrap();
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Tick>(&alice, &bob).await;
    knows_subscriber::<Add>(&alice, &bob).await;
    for number in 0..100 {
        let _ = alice.broadcast(Tick::new(number)).await.unwrap();
        assert_eq!(ticks.next().await.unwrap().number, number);
        let answer = alice.request(Add::new(number as i64, 1)).await.unwrap();
        assert_eq!(answer, Sum::new(number as i64 + 1));
    }
    let (one, other) = tokio::join!(alice.stop(), bob.stop());
    assert!(one.is_complete() && other.is_complete());
}

#[test]
fn endpoints_talk_on_one_thread_and_on_several() {
    let directory = directory();
    one_thread().block_on(talk(&directory));
    two_threads().block_on(talk(&directory));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_endpoint_serves_many_tasks_at_once() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let askers: Vec<_> = (0..8)
        .map(|asker| {
            let alice = alice.clone();
            tokio::spawn(async move {
                for number in 0..200 {
                    let sum = alice.request(Add::new(asker, number)).await.unwrap();
                    assert_eq!(sum, Sum::new(asker + number));
                }
            })
        })
        .collect();
    for asker in askers {
        asker.await.expect("each gets its own answers");
    }
}

#[test]
fn an_endpoint_can_be_used_from_another_runtime_than_its_own() {
    let (home, abroad) = (two_threads(), one_thread());
    let (alice, bob) = home.block_on(pair());
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    let sum = abroad.block_on(async {
        knows_subscriber::<Add>(&alice, &bob).await;
        alice.request(Add::new(2, 3)).await.unwrap()
    });
    assert_eq!(sum, Sum::new(5));
}

#[test]
fn a_connection_outlives_the_runtime_that_asked_for_it() {
    let directory = directory();
    let (home, abroad) = (two_threads(), one_thread());
    let (alice, bob) = home.block_on(async {
        (
            serve("alice", &directory).await,
            serve("bob", &directory).await,
        )
    });
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();

    abroad.block_on(alice.connect_to("bob")).unwrap();
    drop(abroad);

    let sum = home.block_on(async {
        knows_subscriber::<Add>(&alice, &bob).await;
        alice.request(Add::new(2, 3)).await.unwrap()
    });
    assert_eq!(sum, Sum::new(5));
}

#[test]
fn the_end_of_a_runtime_disconnects_its_peers_at_once() {
    let directory = directory();
    let (home, abroad) = (one_thread(), two_threads());
    let alice = home.block_on(serve("alice", &directory));
    let bob = abroad.block_on(serve("bob", &directory));
    let mut requests = bob.stream::<Add>().unwrap();
    home.block_on(async {
        alice.connect_to("bob").await.unwrap();
        knows_subscriber::<Add>(&alice, &bob).await;
        let asking = tokio::spawn({
            let alice = alice.clone();
            async move { alice.request(Add::new(2, 3)).await }
        });
        let _request = requests.next().await.expect("the request");

        abroad.shutdown_background();

        let error = soon(asking).await.unwrap().unwrap_err();
        assert!(
            matches!(&error, Error::Disconnected { endpoint, .. } if endpoint == "bob"),
            "{error}"
        );
        assert!(error.to_string().contains("test.v1.Add"), "{error}");
    });
}

#[test]
fn a_request_ends_with_its_deadline_though_its_endpoint_stands_still() {
    let (home, abroad) = (one_thread(), two_threads());
    let (alice, bob) = home.block_on(pair());
    let _never_taken = bob.stream::<Add>().unwrap();
    home.block_on(knows_subscriber::<Add>(&alice, &bob));
    ends(move || {
        abroad.block_on(async move {
            let config = BroadcastConfig::new().timeout(Duration::from_millis(20));
            let answer = alice.request_with(Add::new(2, 3), config).await;
            assert!(is_overdue(&answer), "{answer:?}");
        });
    });
}

#[test]
fn a_request_is_judged_by_the_clock_of_its_own_runtime() {
    ends(|| {
        let ahead = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let (alice, bob) = ahead.block_on(pair());
        let mut requests = bob.stream::<Add>().unwrap();
        ahead.block_on(async {
            knows_subscriber::<Add>(&alice, &bob).await;
            tokio::time::sleep(Duration::from_secs(3600)).await;
        });
        let abroad = thread::spawn(move || {
            let asking = async move { alice.request(Add::new(2, 3)).await };
            one_thread().block_on(asking)
        });
        ahead.block_on(async {
            let request = requests.next().await.expect("the request");
            let sum = request.sum();
            request.reply(sum).expect("it is waited for");
            until(|| abroad.is_finished()).await;
        });
        assert_eq!(abroad.join().unwrap().unwrap(), Sum::new(5));
    });
}

/// What an endpoint says whose runtime has ended; its own subscriber never takes a request.
fn after_the_end<T: Send + 'static>(
    say: impl FnOnce(Handle, Endpoint, Endpoint) -> T + Send + 'static,
) -> T {
    let home = two_threads();
    let (alice, bob) = home.block_on(pair());
    let _never_taken = alice.stream::<Add>().unwrap();
    let handle = home.handle().clone();
    drop(home);
    ends(move || say(handle, alice, bob))
}

fn is_overdue(answer: &Result<Sum, Error>) -> bool {
    matches!(answer, Err(Error::DeadlineExceeded { .. }))
}

#[test]
fn a_request_ends_though_its_runtime_has_ended() {
    let answer = after_the_end(|home, alice, _bob| home.block_on(alice.request(Add::new(2, 3))));
    assert!(is_overdue(&answer), "{answer:?}");
    after_the_end(|_, alice, _bob| {
        without_runtime(async move {
            let answer = alice.request(Add::new(2, 3)).await;
            assert!(is_overdue(&answer), "{answer:?}");
        });
    });
}

#[test]
fn whatever_waits_ends_on_a_thread_without_a_runtime_though_the_endpoints_has_ended() {
    after_the_end(|_, alice, bob| {
        without_runtime(async move {
            let patient = || BroadcastConfig::new().wait_for_subscriber();
            let nobody = alice.broadcast_with(Tick::new(1), patient()).await;
            assert!(nobody.is_err(), "{nobody:?}");
            assert!(alice.connect_to("carol").await.is_err());
            let (one, other) = (alice.stop().await, bob.stop().await);
            assert!(one.is_complete() && other.is_complete());
        });
    });
}

#[test]
fn a_request_ends_with_its_deadline_though_another_task_keeps_its_thread() {
    let runtime = two_threads();
    let (alice, _bob) = runtime.block_on(pair());
    let _never_taken = alice.stream::<Add>().unwrap();
    let (over, is_over) = mpsc::channel();
    let patient = runtime.spawn({
        let alice = alice.clone();
        async move {
            let config = BroadcastConfig::new().timeout(Duration::from_millis(300));
            let answer = alice.request_with(Add::new(2, 3), config).await;
            over.send(()).unwrap();
            answer
        }
    });
    let busy = runtime.spawn(async move {
        let config = BroadcastConfig::new().timeout(Duration::from_millis(100));
        let mut asking = pin!(alice.request_with(Add::new(2, 3), config));
        let is_ready = std::future::poll_fn(|cx| Poll::Ready(asking.as_mut().poll(cx).is_ready()));
        assert!(!is_ready.await);
        let timeout = Duration::from_secs(30);
        is_over.recv_timeout(timeout).expect("the other ends");
    });
    runtime
        .block_on(busy)
        .expect("the other task's request ends");
    let answer = runtime.block_on(patient).unwrap();
    assert!(is_overdue(&answer), "{answer:?}");
}

/// Awaits on this thread, which has no runtime.
fn without_runtime(work: impl Future<Output = ()>) {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut work = pin!(work);
    while work
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_pending()
    {
        thread::park();
    }
}

/// Runs `work` on a thread of its own; fails if that hangs.
fn ends<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result
        .recv_timeout(Duration::from_secs(30))
        .expect("it does not hang")
}

#[test]
fn an_endpoint_outlives_its_runtime_with_errors_and_without_hanging() {
    let directory = directory();
    let (home, abroad) = (one_thread(), one_thread());
    let connect_timeout = Duration::from_millis(100);
    let alice = home.block_on(async {
        let alice = builder("alice", &directory).connect_timeout(connect_timeout);
        alice.serve().await.expect("the name is free")
    });
    let bob = abroad.block_on(serve("bob", &directory));
    drop(home);

    let keep = bob.clone();
    ends(move || {
        abroad.block_on(async move {
            let connected: Result<(), Error> = alice.connect_to("bob").await;
            assert!(connected.is_err(), "nobody drives the connection");
            assert_eq!(alice.broadcast(Tick::new(1)).await.unwrap().count(), 0);
            let error = alice.request(Add::default()).await.unwrap_err();
            assert!(matches!(error, Error::NoSubscribers { .. }), "{error}");
            let _ = alice.stop().await;
        });
    });
    drop(keep);
}

#[tokio::test]
async fn endpoints_are_send_and_sync_and_their_futures_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    fn is_sync<T: Sync>(value: T) -> T {
        value
    }
    let alice: Endpoint = is_send(is_sync(pair().await.0));
    drop(is_send(alice.broadcast(Tick::default())));
    drop(is_send(alice.request(Add::default())));
    drop(is_send(alice.wait_for::<Tick>()));
    drop(is_send(alice.connect_to("carol")));
    drop(is_send(alice.stop()));
    drop(is_send(alice.stream::<Tick>().unwrap()));
}

#[test]
fn a_thread_without_a_runtime_may_await_whatever_has_a_deadline() {
    let directory = directory();
    let runtime = two_threads();
    let (alice, bob) = runtime.block_on(async {
        (
            serve("alice", &directory).await,
            serve("bob", &directory).await,
        )
    });
    let mut ticks = bob.stream::<Tick>().unwrap();
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    ends(move || {
        without_runtime(async move {
            alice.connect_to("bob").await.unwrap();
            let patient = || BroadcastConfig::new().wait_for_subscriber();
            let asked = alice.request_with(Add::new(2, 3), patient()).await;
            assert_eq!(asked.unwrap(), Sum::new(5));
            let sent = alice.broadcast_with(Tick::new(1), patient()).await;
            assert_eq!(sent.unwrap().count(), 1);
            assert_eq!(ticks.next().await.unwrap().number, 1);
            let flood = async {
                let impatient = || BroadcastConfig::new().timeout(Duration::from_millis(10));
                while alice
                    .broadcast_with(Tick::new(2), impatient())
                    .await
                    .is_ok()
                {}
            };
            flood.await;
            drop(ticks);
            alice.disconnect_from("bob").await.unwrap();
            assert!(alice.stop().await.is_complete());
        });
    });
}

#[test]
fn a_thread_without_a_runtime_may_broadcast_and_subscribe() {
    let runtime = two_threads();
    let (alice, bob) = runtime.block_on(pair());
    let mut ticks = bob.stream::<Tick>().unwrap();
    runtime.block_on(knows_subscriber::<Tick>(&alice, &bob));
    let sender = thread::spawn(move || {
        let (seen, calls) = mpsc::channel();
        let _own = alice
            .subscribe(move |tick: Received<Tick>| seen.send(tick.number).unwrap())
            .unwrap();
        let sent = alice.broadcast_nowait(Tick::new(1)).unwrap();
        assert_eq!(sent.count(), 2);
        assert_eq!(calls.recv(), Ok(1));
    });
    sender.join().expect("it needs no runtime");
    assert_eq!(runtime.block_on(ticks.next()).unwrap().number, 1);
}
