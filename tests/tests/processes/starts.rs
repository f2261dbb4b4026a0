//! Connecting: too early, at once, again.

use lahja_tests::events::Add;
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::system::open_sockets;
use lahja_tests::{eventually, within};

use super::*;

#[tokio::test]
async fn who_connects_before_the_server_is_there_waits_for_it() {
    let at = Rendezvous::new();
    let mut alice = start(&at, "alice", &[]).await;
    alice.tell("connect bob").await;
    let _bob = start(&at, "bob", &["multi-thread"]).await;
    alice.expect("connected bob").await;
}

#[tokio::test]
async fn two_that_connect_to_each_other_at_once_get_one_link() {
    for round in 0..25 {
        let runtime = if round % 2 == 0 {
            &[][..]
        } else {
            &["multi-thread"]
        };
        let at = Rendezvous::new();
        let mut alice = spawn(&at, "alice", runtime);
        let mut bob = spawn(&at, "bob", &[]);
        let (sockets_of_alice, sockets_of_bob) = {
            alice.expect("up").await;
            bob.expect("up").await;
            (open_sockets(alice.pid()), open_sockets(bob.pid()))
        };
        tokio::join!(alice.tell("connect bob"), bob.tell("connect alice"));
        alice.expect("connected bob").await;
        bob.expect("connected alice").await;
        for (peer, before) in [(&alice, sockets_of_alice), (&bob, sockets_of_bob)] {
            let one_link = || open_sockets(peer.pid()) == before + 1;
            eventually("one connection", one_link).await;
        }
        exchange(&mut alice, &mut bob).await;
    }
}

/// Each gets an event of the other's.
async fn exchange(alice: &mut Peer, bob: &mut Peer) {
    for peer in [&mut *alice, &mut *bob] {
        peer.ask("stream", "subscribed").await;
        peer.tell(ALL).await;
    }
    alice.ask("await bob", "subscriber").await;
    bob.ask("await alice", "subscriber").await;
    alice.tell("broadcast 1 2 0").await;
    assert_eq!(bob.tick().await, (1, 0));
    bob.tell("broadcast 3 4 0").await;
    for due in ["tick 1 0", "tick 3 0"] {
        loop {
            let line = alice.line().await.expect("alice lives");
            if line == due {
                break;
            }
            assert!(line.starts_with("sent"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_server_that_comes_back_is_connected_to_again_under_the_same_names() {
    let at = Rendezvous::new();
    let alice = at.serve("alice").await;
    for round in 0..4 {
        let mut bob = start(&at, "bob", &[]).await;
        bob.ask("respond", "responding").await;
        let connected = within("the connection", alice.connect_to("bob")).await;
        connected.unwrap_or_else(|error| panic!("round {round}: {error}"));
        let known = alice.wait_until_endpoint_subscribed_to::<Add>("bob");
        within("the subscription", known).await.expect("alice runs");
        let sum = alice.request(Add {
            left: 1,
            right: round,
        });
        let sum = within("an answer", sum).await.expect("bob answers");
        assert_eq!(sum.value, 1 + round);
        bob.expect("asked").await;
        match round % 2 {
            0 => bob.kill().await,
            _ => drop(bob.ask("stop", "stopped").await),
        }
        eventually("the end of the link", || !alice.is_connected_to("bob")).await;
    }
}

#[tokio::test]
async fn a_restarted_client_is_admitted_while_its_server_has_not_noticed_its_death() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    let mut first = start(&at, "alice", &[]).await;
    first.ask("connect bob", "connected").await;
    bob.freeze().await;
    first.kill().await;
    let mut second = start(&at, "alice", &[]).await;
    second.tell("connect bob").await;
    bob.thaw();
    second.expect("connected bob").await;
    bob.ask("linked alice", "linked alice").await;
    // Once the death of the first has been noticed too, it is still there.
    let links = bob.ask("links", "links").await;
    assert_eq!(links, "alice");
}

#[tokio::test]
async fn a_server_whose_death_was_not_noticed_yet_can_be_connected_to_again() {
    let at = Rendezvous::new();
    let mut alice = start(&at, "alice", &[]).await;
    for _ in 0..10 {
        let mut bob = start(&at, "bob", &[]).await;
        alice.tell("connect bob").await;
        alice.thaw();
        alice.expect("connected bob").await;
        alice.freeze().await;
        bob.kill().await;
    }
}

#[tokio::test]
async fn a_socket_that_is_deleted_under_a_live_endpoint_costs_no_link() {
    let at = Rendezvous::new();
    let mut bob = start(&at, "bob", &[]).await;
    bob.ask("respond", "responding").await;
    let alice = at.serve("alice").await;
    alice.connect_to("bob").await.expect("bob listens");
    let known = alice.wait_until_endpoint_subscribed_to::<Add>("bob");
    within("the subscription", known).await.expect("it runs");
    std::fs::remove_file(at.socket("bob")).expect("it is there");
    let sum = within("an answer", alice.request(Add { left: 1, right: 1 })).await;
    assert_eq!(sum.expect("the link lives").value, 2);
    let thief = at.builder("bob").serve().await;
    assert!(
        matches!(thief, Err(lahja::Error::NameTaken { .. })),
        "{thief:?}"
    );
}

#[tokio::test]
async fn many_clients_reconnect_at_once_when_their_server_comes_back() {
    let at = Rendezvous::new();
    let mut first = start(&at, "server", &[]).await;
    let mut clients = Vec::new();
    for number in 0..60 {
        let client = at.builder(&format!("client-{number}")).start().await;
        clients.push(client.expect("it starts"));
    }
    let connect_all = async || {
        let connects = clients.iter().map(|client| client.connect_to("server"));
        let connected = within("all connections", futures::future::join_all(connects)).await;
        assert!(connected.iter().all(Result::is_ok), "{connected:?}");
    };
    connect_all().await;
    first.kill().await;
    let gone = || {
        clients
            .iter()
            .all(|client| !client.is_connected_to("server"))
    };
    eventually("the end of all links", gone).await;
    let restart = async { start(&at, "server", &["multi-thread"]).await };
    let ((), mut second) = tokio::join!(connect_all(), restart);
    for client in &clients {
        let name = client.name();
        second.ask(&format!("linked {name}"), "linked").await;
    }
}
