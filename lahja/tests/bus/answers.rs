//! Answering: by a handler, from a stream, later, or not at all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lahja::{Error, Received, Result};
use tokio::runtime::Builder;
use tokio::sync::{Notify, oneshot};

use crate::events::{Add, Sum, Tick};
use crate::support::*;

/// What is wrong, as a handler of a user's says it.
#[derive(Debug)]
struct Overflow(i64);

impl std::fmt::Display for Overflow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is too much", self.0)
    }
}

#[tokio::test]
async fn a_handler_may_fail_with_whatever_can_be_displayed() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| async move {
            match add.left {
                ..100 => Ok(add.sum()),
                left => Err(Overflow(left)),
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    assert_eq!(alice.request(Add::new(2, 3)).await.unwrap(), Sum::new(5));
    let error = alice.request(Add::new(100, 3)).await.unwrap_err();
    assert!(
        matches!(&error, Error::HandlerFailed { endpoint, request: "test.v1.Add", message }
            if endpoint == "bob" && message == "100 is too much"),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("bob") && text.contains("test.v1.Add"),
        "{text}"
    );
}

#[tokio::test]
async fn a_request_from_a_stream_is_answered_by_its_reply() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let answering = async {
        let request = requests.next().await.unwrap();
        assert!(request.expects_answer());
        assert_eq!(request.origin(), "alice");
        let sum = request.sum();
        request.reply(sum).unwrap();
    };
    let (sum, ()) = tokio::join!(alice.request(Add::new(2, 3)), answering);
    assert_eq!(sum.unwrap(), Sum::new(5));
}

#[tokio::test]
async fn a_request_can_be_answered_later_and_elsewhere() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let answering = async {
        let (add, reply) = requests.next().await.unwrap().into_parts();
        tokio::spawn(async move { reply.send(add.sum()) })
            .await
            .unwrap()
            .unwrap();
    };
    let (sum, ()) = tokio::join!(alice.request(Add::new(2, 3)), answering);
    assert_eq!(sum.unwrap(), Sum::new(5));
}

#[tokio::test]
async fn a_request_that_is_dropped_ends_unanswered() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let dropping = async {
        drop(requests.next().await.unwrap());
        drop(requests.next().await.unwrap().into_parts().1);
    };
    let asking = async {
        for _ in 0..2 {
            let error = alice.request(Add::new(2, 3)).await.unwrap_err();
            assert!(
                matches!(&error, Error::Unanswered { endpoint, request: "test.v1.Add", .. }
                    if endpoint == "bob"),
                "{error}"
            );
            assert!(error.to_string().contains("bob"), "{error}");
        }
    };
    tokio::join!(asking, dropping);
}

#[tokio::test]
async fn requests_that_a_stream_never_gave_out_end_with_it() {
    let (alice, bob) = pair().await;
    let requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::new(2, 3)).await }
    });
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    drop(requests);
    let error = soon(asking).await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Unanswered { .. }), "{error}");
}

#[tokio::test]
async fn what_came_by_broadcast_has_nobody_to_answer() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let _ = alice.broadcast(Add::new(2, 3)).await.unwrap();
    let request = requests.next().await.unwrap();
    assert!(!request.expects_answer());
    let error = request.reply(Sum::new(5)).unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotRequested {
                event: "test.v1.Add"
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("test.v1.Add"), "{error}");
}

#[tokio::test]
async fn a_handler_of_requests_takes_what_came_by_broadcast_too() {
    let (alice, bob) = pair().await;
    let (came, arrived) = oneshot::channel();
    let mut came = Some(came);
    let _answers = bob
        .respond(move |add: Received<Add>| {
            if let Some(came) = came.take() {
                came.send(add.sum()).unwrap();
            }
            async move { add.sum() }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let _ = alice.broadcast(Add::new(2, 3)).await.unwrap();
    assert_eq!(arrived.await.unwrap(), Sum::new(5));
}

#[tokio::test]
async fn of_several_holders_the_first_reply_wins_and_the_last_failure() {
    let (alice, bob) = pair().await;
    for endpoint in [&alice, &bob] {
        let mut one = endpoint.stream::<Add>().unwrap();
        let mut other = endpoint.stream::<Add>().unwrap();
        knows_subscriber::<Add>(&alice, endpoint).await;
        let config = lahja::BroadcastConfig::to(endpoint.name());
        let answering = async {
            let (first, second) = (one.next().await.unwrap(), other.next().await.unwrap());
            drop(first);
            second.reply(Sum::new(2)).unwrap();
            let (first, second) = (one.next().await.unwrap(), other.next().await.unwrap());
            first.reply(Sum::new(1)).unwrap();
            second.reply(Sum::new(2)).unwrap();
            drop((one.next().await.unwrap(), other.next().await.unwrap()));
        };
        let ask = || alice.request_with(Add::default(), config.clone());
        let asking = async { (ask().await, ask().await, ask().await) };
        let ((one_gave_up, both, neither), ()) = tokio::join!(asking, answering);
        assert_eq!(one_gave_up.unwrap(), Sum::new(2));
        assert_eq!(both.unwrap(), Sum::new(1));
        let error = neither.unwrap_err();
        assert!(matches!(error, Error::Unanswered { .. }), "{error}");
    }
}

#[tokio::test]
async fn when_the_handlers_of_one_endpoint_fail_the_last_reason_counts() {
    let (alice, bob) = pair().await;
    let failed = Arc::new(Notify::new());
    let (first_failed, wait) = (failed.clone(), failed);
    let _first = bob
        .respond(move |_: Received<Add>| {
            first_failed.notify_one();
            async { Result::<Sum, &str>::Err("the first") }
        })
        .unwrap();
    let _second = bob
        .respond(move |_: Received<Add>| {
            let wait = wait.clone();
            async move {
                wait.notified().await;
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                Result::<Sum, &str>::Err("the second")
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let error = alice.request(Add::default()).await.unwrap_err();
    assert!(
        matches!(&error, Error::HandlerFailed { message, .. } if message == "the second"),
        "{error}"
    );
}

#[tokio::test]
async fn a_requester_that_stops_waiting_cancels_the_handler() {
    let (alice, bob) = pair().await;
    let (begun, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));

    for endpoint in [&alice, &bob] {
        let (begin, end) = (begun.clone(), ended.clone());
        let answers = endpoint
            .respond(move |_: Received<Add>| {
                let (begin, guard) = (begin.clone(), OnDrop(end.clone()));
                async move {
                    begin.notify_one();
                    std::future::pending::<()>().await;
                    drop(guard);
                    Sum::default()
                }
            })
            .unwrap();
        knows_subscriber::<Add>(&alice, endpoint).await;
        let config = lahja::BroadcastConfig::to(endpoint.name());
        let asking = tokio::spawn({
            let alice = alice.clone();
            async move { alice.request_with(Add::default(), config).await }
        });
        begun.notified().await;
        asking.abort();
        soon(ended.notified()).await;
        drop(answers);
    }
}

#[tokio::test]
async fn whoever_holds_a_request_learns_that_nobody_waits_any_more() {
    let (alice, bob) = pair().await;
    let mut requests = bob.stream::<Add>().unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let asking = tokio::spawn({
        let alice = alice.clone();
        async move { alice.request(Add::default()).await }
    });
    let (_, reply) = requests.next().await.unwrap().into_parts();
    asking.abort();
    soon(reply.cancelled()).await;
    reply.send(Sum::new(1)).expect("a late answer is dropped");

    // The link and the next request are as good as new.
    let answering = async { requests.next().await.unwrap().reply(Sum::new(2)) };
    let (sum, replied) = tokio::join!(alice.request(Add::default()), answering);
    assert_eq!((sum.unwrap(), replied.is_ok()), (Sum::new(2), true));
}

#[tokio::test]
async fn answers_go_to_the_requester_alone() {
    let (alice, bob) = pair().await;
    let mut sums = alice.stream::<Sum>().unwrap();
    let mut theirs = bob.stream::<Sum>().unwrap();
    let mut ticks = alice.stream::<Tick>().unwrap();
    let _answers = bob
        .respond(|add: Received<Add>| async move { add.sum() })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    knows_subscriber::<Tick>(&bob, &alice).await;
    assert_eq!(alice.request(Add::new(2, 3)).await.unwrap(), Sum::new(5));
    let _ = bob.broadcast(Tick::new(1)).await.unwrap();
    assert_eq!(
        ticks.next().await.unwrap().number,
        1,
        "all before it arrived"
    );
    assert!(!poll_times(sums.next(), 3).await);
    assert!(!poll_times(theirs.next(), 3).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_ends_at_once_while_its_subscribers_come_and_go() {
    let directory = directory();
    let (alice, bob) = connected(&directory).await;
    let askers: Vec<_> = (0..3)
        .map(|asker| {
            let alice = alice.clone();
            tokio::spawn(async move {
                let mut answered = 0;
                while answered < 200 {
                    match alice.request(Add::new(asker, answered)).await {
                        Ok(sum) => {
                            assert_eq!(sum, Sum::new(asker + answered));
                            answered += 1;
                        }
                        Err(
                            Error::NoSubscribers { .. }
                            | Error::Unanswered { .. }
                            | Error::Disconnected { .. },
                        ) => tokio::task::yield_now().await,
                        Err(error) => panic!("an end that does not fit: {error}"),
                    }
                }
            })
        })
        .collect();
    while !askers.iter().all(|asker| asker.is_finished()) {
        let answers = bob
            .respond(|add: Received<Add>| async move { add.sum() })
            .unwrap();
        answers.confirmed().await;
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        drop(answers);
    }
    for asker in askers {
        asker.await.expect("each gets its answers");
    }
}

fn keep_the_thread_for(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

#[test]
fn handlers_that_keep_their_threads_run_beside_each_other() {
    let mut threads = Builder::new_multi_thread();
    threads.worker_threads(3);
    without_deadlock_on(threads, || async {
        let (alice, bob) = pair().await;
        let both = Arc::new(std::sync::Barrier::new(2));
        let _answers = bob
            .respond(move |add: Received<Add>| {
                let both = both.clone();
                async move {
                    match add.left {
                        0 => keep_the_thread_for(Duration::from_millis(5)),
                        _ => drop(both.wait()),
                    }
                    add.sum()
                }
            })
            .unwrap();
        knows_subscriber::<Add>(&alice, &bob).await;
        alice.request(Add::new(0, 0)).await.unwrap();
        let (one, other) = (Add::new(1, 1), Add::new(2, 2));
        let (one, other) = tokio::join!(alice.request(one), alice.request(other));
        assert_eq!((one.unwrap().value, other.unwrap().value), (2, 4));
    });
}
