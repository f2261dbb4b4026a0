//! Two endpoints that connect to each other at once: every interleaving, with one fault each.
//!
//! [`world`] is the state, [`steps`] what may happen next, [`actions`] what
//! that does, [`graph`] the search. The connector and
//! the acceptor do what proto/README.md says; who may be linked to whom is judged by the real
//! [`Meeting`](super::super::Meeting) on real `Hello`s.

mod actions;
mod graph;
mod steps;
mod world;

use graph::explore;
use steps::Step;
use world::{Attempt, Fault, World};

const A: usize = 0;
const B: usize = 1;

/// Explores all that may happen, and checks each state in which nothing can happen any more.
fn check(what: &str, fault: Fault, world: World) {
    let graph = explore(world, fault);
    println!("{what}: {} states", graph.len());
    if let Err(error) = graph.check_ends(World::check_end) {
        panic!("{what}: {error}");
    }
    graph.check_that_all_can_end();
    graph.check_that_nothing_goes_on_for_ever();
}

#[test]
fn without_a_fault_both_connects_end_in_one_link() {
    check("no fault", Fault::None, World::two());
}

#[test]
fn without_a_fault_no_link_that_both_have_is_given_up() {
    let graph = explore(World::two(), Fault::None);
    graph.check_edges(|before, step, after| {
        let (was, is) = (before.shared_link(), after.shared_link());
        let kept = was.is_none() || was == is;
        assert!(kept, "{step:?} gave up the shared link {was:?} for {is:?}");
    });
}

#[test]
fn one_that_connects_alone_gets_its_link() {
    let mut world = World::two();
    world.processes[B].attempts.clear();
    check("one connects", Fault::None, world);
}

#[test]
fn the_death_of_either_leaves_no_trace() {
    check("death of a", Fault::Death(A), World::two());
    check("death of b", Fault::Death(B), World::two());
}

#[test]
fn the_restart_of_either_ends_in_one_link() {
    check("restart of a", Fault::Restart(A), World::two());
    check("restart of b", Fault::Restart(B), World::two());
}

#[test]
fn a_cancelled_attempt_of_either_ends_in_one_link() {
    check("cancelled by a", Fault::Cancel(A), World::two());
    check("cancelled by b", Fault::Cancel(B), World::two());
}

#[test]
fn an_endpoint_that_listens_late_ends_in_one_link() {
    for (what, late) in [("a listens late", A), ("b listens late", B)] {
        let mut world = World::two();
        world.processes[late].listens = false;
        check(what, Fault::LateListener(late), world);
    }
}

#[test]
fn two_attempts_of_one_endpoint_end_in_one_link() {
    for (what, twice) in [("a connects twice", A), ("b connects twice", B)] {
        let mut world = World::two();
        world.processes[twice].attempts.push(Attempt::Dialing);
        check(what, Fault::None, world);
    }
}

#[test]
fn a_live_namesake_gets_no_second_link() {
    let mut world = World::two();
    world.add_namesake_of(B);
    check("a namesake of b", Fault::None, world);
}

#[test]
fn unless_the_acceptor_looks_for_hang_ups_the_dead_keep_their_names() {
    let mut world = World::two();
    world.acceptor_looks = false;
    let graph = explore(world, Fault::Restart(A));
    let found = graph.any_edge(|step, after| {
        matches!(step, Step::Judge(_)) && after.someone_was_told_that_its_name_is_taken()
    });
    assert!(found, "the search does not see what the rule is for");
}

#[test]
fn unless_the_connector_looks_for_hang_ups_the_answer_of_the_dead_displaces_a_link() {
    let mut world = World::two();
    world.connector_looks = false;
    let graph = explore(world, Fault::Restart(A));
    let checked = graph.check_ends(World::check_end);
    assert!(
        checked.is_err(),
        "the search does not see what the rule is for"
    );
}
