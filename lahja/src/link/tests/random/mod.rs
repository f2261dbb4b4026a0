//! Anything that two correct sides may do, in any order.

mod checks;
mod half;
mod world;

use proptest::prelude::*;
use proptest::sample::select;

use world::World;

/// What one side does next; a number says which of the many.
#[derive(Clone, Copy, Debug)]
enum Action {
    Subscribe,
    Unsubscribe,
    Send,
    SendOrWait,
    Request,
    Abandon,
    Stall,
    /// A consumer takes an event.
    Take,
    Answer,
    Fail,
    Cancel,
    /// The writer writes one chunk.
    Write,
    /// Some of the peer's bytes arrive.
    Read,
    /// Time passes.
    Wait,
}

/// More of what makes things happen than of what ends them.
const ACTIONS: [Action; 22] = [
    Action::Subscribe,
    Action::Subscribe,
    Action::Unsubscribe,
    Action::Send,
    Action::Send,
    Action::SendOrWait,
    Action::SendOrWait,
    Action::SendOrWait,
    Action::Request,
    Action::Request,
    Action::Abandon,
    Action::Stall,
    Action::Take,
    Action::Take,
    Action::Answer,
    Action::Fail,
    Action::Cancel,
    Action::Write,
    Action::Write,
    Action::Read,
    Action::Read,
    Action::Wait,
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Checked on the way: nobody breaks the protocol, each type arrives in order, nothing
    /// arrives twice, and each gap is told where it is. In the end all windows are whole, nothing
    /// waits, every request has ended, and both part with everything confirmed.
    #[test]
    fn whatever_two_sides_do_they_keep_their_promises(
        steps in proptest::collection::vec((0..2_usize, select(&ACTIONS[..]), 0..1000_usize), 0..500),
    ) {
        let mut world = World::new();
        for (side, action, number) in steps {
            world.act(side, action, number);
        }
        world.run_to_rest();
        world.check_rest();
        world.part();
    }
}
