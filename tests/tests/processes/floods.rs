//! More events than a consumer can take at once.

use lahja_tests::rendezvous::Rendezvous;
use lahja_tests::system::peak_memory;

use super::*;

const COUNT: u64 = 10_000;
const SIZE: usize = 16 * 1024;
const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn ten_thousand_events_pass_a_slow_consumer_in_order_and_in_bounded_memory() {
    for runtime in [&[][..], &["multi-thread"]] {
        let at = Rendezvous::new();
        let mut consumer = start(&at, "consumer", runtime).await;
        let settings = [runtime, &["broadcast_timeout=60000"]].concat();
        let mut sender = start(&at, "sender", &settings).await;
        consumer.ask("stream", "subscribed").await;
        consumer.ask("connect sender", "connected").await;
        sender.ask("await consumer", "subscriber").await;

        let full = fill(&mut sender, SIZE).await;
        let held = full as usize * SIZE;
        assert!(
            held <= 3 * MIB,
            "{held} bytes under way to a consumer that takes nothing"
        );

        sender
            .tell(&format!("broadcast {full} {COUNT} {SIZE}"))
            .await;
        // Slow: it takes a few at a time, and the next few only when the test has seen those.
        for first in (0..COUNT).step_by(20) {
            consumer.tell("take 20").await;
            for number in first..first + 20 {
                assert_eq!(consumer.tick().await, (number, 0));
            }
        }
        assert_eq!(sender.expect("sent").await, (COUNT - full).to_string());

        // All of them at once would be 160 MiB.
        for (peer, who) in [(&sender, "sender"), (&consumer, "consumer")] {
            let peak = peak_memory(peer.pid());
            assert!(peak < 32 * MIB, "the {who} used {} MiB", peak / MIB);
        }
    }
}
