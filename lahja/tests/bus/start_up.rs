//! Starting without sleeps: what was waited for holds at once.

use lahja::{Endpoint, Received};

use crate::events::{Add, Sum, Tick};
use crate::support::{knows_subscriber, pair};

const TRIES: i64 = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_right_after_waiting_for_its_subscriber_finds_it() {
    for number in 0..TRIES {
        let (alice, bob) = pair().await;
        let answers = bob.respond(|add: Received<Add>| async move {
            Sum {
                value: add.left + add.right,
            }
        });
        knows_subscriber::<Add>(&alice, &bob).await;
        let sum = alice.request(Add {
            left: number,
            right: 1,
        });
        assert_eq!(sum.await.unwrap().value, number + 1);
        drop(answers);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broadcast_right_after_connecting_reaches_who_subscribed_before() {
    let directory = tempfile::tempdir().unwrap();
    let bob = Endpoint::builder("bob").directory(directory.path());
    let bob = bob.serve().await.unwrap();
    let mut ticks = bob.stream::<Tick>().unwrap();
    let place = lahja::ConnectionConfig::from_name_in("bob", directory.path());
    for number in 0..TRIES {
        let name = format!("alice-{number}");
        let alice = Endpoint::builder(name.as_str()).directory(directory.path());
        let alice = alice.start().await.unwrap();
        alice.connect_to(&place).await.unwrap();
        let sent = alice.broadcast(Tick::new(number as u64)).await.unwrap();
        assert_eq!(sent.count(), 1, "bob subscribed before {name} connected");
        assert_eq!(ticks.next().await.expect("a tick").origin(), name);
    }
}
