//! Peers that do not read.

use std::time::Duration;

use lahja::wire::{EventType, FrameBody};
use lahja_tests::events::{Tick, frame_of};
use lahja_tests::raw::{RawPeer, type_of};
use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::within;

fn narrow<E: lahja::Event>() -> EventType {
    EventType {
        window: 1,
        ..type_of::<E>()
    }
}

#[tokio::test]
async fn a_subscriber_that_never_reads_is_skipped_and_the_others_are_not_held_up() {
    let at = Rendezvous::new();
    let builder = at
        .builder("victim")
        .broadcast_timeout(Duration::from_millis(100));
    let victim = builder.serve().await.expect("it starts");
    let types = vec![type_of::<Tick>()];
    let mut deaf = RawPeer::open_wanting(&at.socket("victim"), "deaf", types).await;
    let tara = at.serve("tara").await;
    let mut ticks = tara.stream::<Tick>().expect("it runs");
    tara.connect_to("victim").await.expect("it listens");
    let known = victim.wait_until_endpoint_subscribed_to::<Tick>("tara");
    within("the subscription", known).await.expect("it runs");

    let mut number = 0;
    loop {
        // The innocent peer gets it while the broadcast may still wait for the other.
        let broadcast = victim.broadcast(Tick::of_size(number, 16 * 1024));
        let both = async { tokio::join!(broadcast, ticks.next()) };
        let (sent, tick) = within("the innocent peer's tick", both).await;
        let tick = tick.expect("it runs");
        assert_eq!((tick.number, tick.missed()), (number, 0));
        number += 1;
        if !sent.expect("the innocent peer takes it").is_complete() {
            break;
        }
    }
    // The socket's buffer, and what the endpoint holds unwritten: 1 MiB and one event.
    assert!(
        number * 16 < 3 * 1024,
        "{number} events of 16 KiB were taken for it"
    );

    let mut due = 0;
    while due + 1 < number {
        let event = deaf.broadcast().await;
        assert_eq!(
            event.payload,
            frame_of(&Tick::of_size(due, 16 * 1024)).payload
        );
        due += 1;
    }
    let caught_up = async {
        loop {
            let sent = victim.broadcast(Tick::new(number)).await.expect("it runs");
            if sent.is_complete() {
                return;
            }
            number += 1;
            tokio::task::yield_now().await;
        }
    };
    within("it to be served again", caught_up).await;
    let event = deaf.broadcast().await;
    assert_eq!(event.missed, number - due, "it hears what it missed");
}

#[tokio::test]
async fn a_broadcast_whose_only_receiver_goes_away_meanwhile_is_no_stall() {
    let at = Rendezvous::new();
    let victim = at.serve("victim").await;
    let types = vec![narrow::<Tick>()];
    let guest = RawPeer::open_wanting(&at.socket("victim"), "guest", types).await;
    let sent = victim.broadcast(Tick::new(0)).await;
    assert_eq!(sent.expect("it may overdraw").count(), 1);
    let waits = victim.broadcast(Tick::new(1));
    let (sent, ()) = within("the end of the broadcast", async {
        tokio::join!(waits, async { drop(guest) })
    })
    .await;
    let sent = sent.expect("nobody let a deadline pass");
    assert_eq!(
        (sent.count(), sent.undelivered()),
        (0, &["guest".to_owned()][..])
    );
}

#[tokio::test]
async fn credit_beyond_the_window_does_not_widen_it() {
    use lahja::wire::{Credit, Grant};

    let at = Rendezvous::new();
    let victim = at.serve("victim").await;
    let types = vec![narrow::<Tick>()];
    let mut guest = RawPeer::open_wanting(&at.socket("victim"), "guest", types).await;
    let generous = Grant {
        type_id: narrow::<Tick>().id,
        bytes: u64::MAX,
    };
    let grants = vec![generous.clone(), generous];
    guest.send(FrameBody::Credit(Credit { grants })).await;
    let sent = victim.broadcast_nowait(Tick::new(0));
    assert_eq!(sent.expect("the first may overdraw").count(), 1);
    guest.broadcast().await;
    let full = victim.broadcast_nowait(Tick::new(1));
    assert!(matches!(full, Err(lahja::Error::Full { .. })), "{full:?}");
}
