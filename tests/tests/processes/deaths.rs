//! `kill -9`, and who notices.

use std::future::pending;
use std::time::Duration;

use futures::channel::mpsc;
use lahja::{BroadcastConfig, Endpoint, Error, Received};
use lahja_tests::events::{Add, Sum, Tick};
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::{eventually, within};

use super::*;

/// What a request may take here: three times what a test may.
const DEADLINE: Duration = Duration::from_secs(60);

/// An endpoint in this process, connected to one that answers in another.
async fn requester_of(at: &Rendezvous, answerer: &str) -> Endpoint {
    let alice = at.builder("alice").request_timeout(DEADLINE).start().await;
    let alice = alice.expect("alice starts");
    alice.connect_to(answerer).await.expect("bob listens");
    let known = alice.wait_until_endpoint_subscribed_to::<Add>(answerer);
    within("bob's subscription", known)
        .await
        .expect("alice runs");
    alice
}

fn assert_disconnected(outcome: Result<Sum, Error>) {
    match outcome {
        Err(Error::Disconnected { endpoint, request }) => {
            assert_eq!((&*endpoint, request), ("bob", "test.v1.Add"));
        }
        other => panic!("expected `Disconnected`: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_ends_at_once_when_its_answerer_is_killed_in_the_handler() {
    for runtime in [&[][..], &["multi-thread"]] {
        let at = Rendezvous::new();
        let mut bob = start(&at, "bob", runtime).await;
        bob.ask("respond never", "responding").await;
        let alice = requester_of(&at, "bob").await;

        let request = alice.request(Add::default());
        let killed = async {
            bob.expect("asked").await;
            bob.kill().await;
        };
        let (outcome, ()) = within("the end of the request", async {
            tokio::join!(request, killed)
        })
        .await;
        assert_disconnected(outcome);
    }
}

#[tokio::test]
async fn a_request_ends_at_once_when_its_answerer_is_killed_before_it_reads() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("respond", "responding").await;
    let alice = requester_of(&at, "bob").await;

    bob.freeze().await;
    let outcome = within("the end of the request", async {
        let (outcome, ()) = tokio::join!(alice.request(Add::default()), bob.kill());
        outcome
    })
    .await;
    assert_disconnected(outcome);
}

#[tokio::test]
async fn a_request_ends_at_once_when_its_answerer_is_killed_though_a_child_of_it_lives() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("respond never", "responding").await;
    let alice = requester_of(&at, "bob").await;
    bob.ask("adopt", "adopted").await;

    let killed = async {
        bob.expect("asked").await;
        bob.kill().await;
    };
    let outcome = within("the end of the request", async {
        tokio::join!(alice.request(Add::default()), killed).0
    })
    .await;
    assert_disconnected(outcome);
}

#[tokio::test]
async fn a_request_goes_on_while_one_of_its_answerers_lives() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("respond never", "responding").await;
    let mut carol = start(&at, "carol", &[]).await;
    carol.ask("respond", "responding").await;
    let alice = requester_of(&at, "bob").await;
    alice.connect_to("carol").await.expect("carol listens");
    let known = alice.wait_until_endpoint_subscribed_to::<Add>("carol");
    within("carol's subscription", known)
        .await
        .expect("alice runs");

    carol.freeze().await;
    let killed = async {
        bob.expect("asked").await;
        bob.kill().await;
        carol.thaw();
    };
    let request = alice.request(Add { left: 2, right: 3 });
    let (sum, ()) = within("carol's answer", async { tokio::join!(request, killed) }).await;
    assert_eq!(sum.expect("carol answers"), Sum { value: 5 });
}

/// Tells when it is dropped.
struct Guard(#[expect(dead_code, reason = "its end is what tells")] mpsc::Sender<()>);

#[tokio::test]
async fn a_handler_is_dropped_when_its_requester_is_killed() {
    use futures::StreamExt;

    let at = Rendezvous::new();
    let bob = at.serve("bob").await;
    let (sender, mut guards) = mpsc::channel(0);
    let mut guard = Some(Guard(sender));
    let (entered, mut entries) = mpsc::unbounded();
    let _answers = bob
        .respond(move |_: Received<Add>| {
            let guard = guard.take();
            let entered = entered.clone();
            async move {
                let _guard = guard.expect("one request");
                entered.unbounded_send(()).expect("the test waits");
                pending::<Sum>().await
            }
        })
        .expect("bob runs");

    let mut alice = start(&at, "alice", &[]).await;
    alice.ask("connect bob", "connected").await;
    alice.tell("request 1 2").await;
    within("the handler's begin", entries.next()).await;
    alice.kill().await;
    let end = within("the handler's end", guards.next()).await;
    assert_eq!(end, None, "the guard said nothing, it went");
}

#[tokio::test]
async fn the_others_get_everything_when_a_subscriber_is_killed_in_a_flood() {
    const COUNT: u64 = 3000;
    let at = Rendezvous::new();
    let mut mortal = start(&at, "mortal", &["window=65536"]).await;
    let mut survivor = start(&at, "survivor", &["multi-thread"]).await;
    let sender = at.serve("sender").await;
    for peer in [&mut mortal, &mut survivor] {
        peer.ask("stream", "subscribed").await;
        peer.tell(ALL).await;
        peer.ask("connect sender", "connected").await;
    }
    for name in ["mortal", "survivor"] {
        let known = sender.wait_until_endpoint_subscribed_to::<Tick>(name);
        within("a subscription", known).await.expect("it runs");
    }

    let flood = async {
        for number in 0..COUNT {
            let config = BroadcastConfig::new().timeout(DEADLINE);
            let sent = sender
                .broadcast_with(Tick::of_size(number, 1000), config)
                .await;
            assert!(sent.expect("the survivor is there").count() >= 1);
        }
    };
    let killed = async {
        for number in 0..100 {
            assert_eq!(mortal.tick().await, (number, 0));
        }
        mortal.kill().await;
    };
    let survived = async {
        for number in 0..COUNT {
            assert_eq!(survivor.tick().await, (number, 0));
        }
    };
    within("the flood", async { tokio::join!(flood, killed, survived) }).await;
    let gone = || !sender.is_connected_to("mortal");
    eventually("the end of the dead one's link", gone).await;
}

#[tokio::test]
async fn of_a_sender_that_is_killed_again_and_again_each_life_arrives_whole_and_in_order() {
    const LIVES: u64 = 12;
    const LIFE: u64 = 1_000_000;
    let at = Rendezvous::new();
    let bob = at.serve("bob").await;
    let mut ticks = bob.stream::<Tick>().expect("bob runs");
    let mut next: Vec<u64> = (0..LIVES).map(|life| life * LIFE).collect();
    let mut follow = |tick: Received<Tick>| {
        let life = tick.number / LIFE;
        let due = &mut next[life as usize];
        assert_eq!((tick.number, tick.missed()), (*due, 0), "in life {life}");
        assert_eq!(tick.padding.len(), 3000, "a torn event");
        *due += 1;
        life
    };
    for life in 0..LIVES {
        let runtime = [&[][..], &["multi-thread"]][life as usize % 2];
        let mut alice = start(&at, "alice", runtime).await;
        alice.ask("connect bob", "connected").await;
        alice.ask("await bob", "subscriber").await;
        let flood = format!("broadcast {} {} 3000", life * LIFE, (life + 1) * LIFE);
        alice.tell(&flood).await;
        let mut seen = 0;
        while seen < 100 {
            let tick = within("a tick", ticks.next()).await.expect("bob runs");
            seen += u64::from(follow(tick) == life);
        }
        alice.kill().await;
    }
    eventually("the end of the link", || !bob.is_connected_to("alice")).await;
    let _stopped = bob.stop().await;
    while let Some(tick) = ticks.next().await {
        follow(tick);
    }
}
