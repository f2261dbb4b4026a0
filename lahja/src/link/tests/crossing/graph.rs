//! All states that can be reached, and how they lead to each other.

use std::collections::{BTreeSet, HashMap};

use super::steps::Step;
use super::world::{Fault, World};

pub(super) struct Graph {
    worlds: Vec<World>,
    /// For each state the steps out of it, and where they lead.
    edges: Vec<Vec<(Step, usize)>>,
    /// For each state one that leads to it.
    parents: Vec<Option<(usize, Step)>>,
}

/// Follows every step from every state, each state once.
pub(super) fn explore(start: World, fault: Fault) -> Graph {
    let mut known = HashMap::from([(start.clone(), 0)]);
    let mut graph = Graph {
        worlds: vec![start],
        edges: Vec::new(),
        parents: vec![None],
    };
    while graph.edges.len() < graph.worlds.len() {
        let at = graph.edges.len();
        let world = graph.worlds[at].clone();
        let mut out = Vec::new();
        for step in world.enabled(fault) {
            let next = world.after(step);
            let to = *known.entry(next).or_insert_with_key(|next| {
                graph.worlds.push(next.clone());
                graph.parents.push(Some((at, step)));
                graph.worlds.len() - 1
            });
            out.push((step, to));
        }
        graph.edges.push(out);
    }
    graph
}

impl Graph {
    pub(super) fn len(&self) -> usize {
        self.worlds.len()
    }

    /// Checks each state in which nothing must happen any more; an error tells how it came to it.
    pub(super) fn check_ends(
        &self,
        check: impl Fn(&World) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut ends = self.ends();
        ends.try_for_each(|at| {
            check(&self.worlds[at]).map_err(|error| format!("{error}:\n{}", self.story(at)))
        })
    }

    pub(super) fn check_edges(&self, check: impl Fn(&World, Step, &World)) {
        for (at, out) in self.edges.iter().enumerate() {
            for (step, to) in out {
                check(&self.worlds[at], *step, &self.worlds[*to]);
            }
        }
    }

    pub(super) fn any_edge(&self, holds: impl Fn(Step, &World) -> bool) -> bool {
        let mut edges = self.edges.iter().flatten();
        edges.any(|(step, to)| holds(*step, &self.worlds[*to]))
    }

    /// From everywhere some end can be reached.
    pub(super) fn check_that_all_can_end(&self) {
        let mut back = vec![Vec::new(); self.len()];
        for (at, out) in self.edges.iter().enumerate() {
            for (_, to) in out {
                back[*to].push(at);
            }
        }
        let mut can_end = vec![false; self.len()];
        let mut open: Vec<_> = self.ends().collect();
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut can_end[at], true) {
                open.extend(&back[at]);
            }
        }
        if let Some(stuck) = can_end.iter().position(|can| !can) {
            panic!("no end can be reached any more:\n{}", self.story(stuck));
        }
    }

    /// No circle is fair: in each, something that could happen all the time never does.
    pub(super) fn check_that_nothing_goes_on_for_ever(&self) {
        for component in self.components() {
            let inside: BTreeSet<_> = component.iter().copied().collect();
            let stays = |at: usize| {
                let out = self.edges[at].iter();
                out.filter(|(_, to)| inside.contains(to))
                    .map(|(step, _)| *step)
            };
            let taken: BTreeSet<_> = inside.iter().flat_map(|at| stays(*at)).collect();
            if !taken.is_empty() && !self.is_always_possible_but(&taken, &inside) {
                let story = self.story(component[0]);
                panic!("{taken:?} can go on for ever, fairly, after:\n{story}");
            }
        }
    }

    fn is_always_possible_but(&self, taken: &BTreeSet<Step>, inside: &BTreeSet<usize>) -> bool {
        let possible = |at: &usize| {
            let steps = self.edges[*at].iter().map(|(step, _)| *step);
            steps
                .filter(|step| step.must_happen())
                .collect::<BTreeSet<_>>()
        };
        let always = inside.iter().map(possible).reduce(|all, some| &all & &some);
        always.is_some_and(|always| always.difference(taken).next().is_some())
    }

    fn ends(&self) -> impl Iterator<Item = usize> + '_ {
        let is_end = |at: &usize| !self.edges[*at].iter().any(|(step, _)| step.must_happen());
        (0..self.len()).filter(is_end)
    }

    /// The strongly connected components, as Kosaraju finds them.
    fn components(&self) -> Vec<Vec<usize>> {
        let out: Vec<Vec<usize>> = self.edges.iter().map(|out| targets(out)).collect();
        let mut back = vec![Vec::new(); self.len()];
        for (at, out) in out.iter().enumerate() {
            out.iter().for_each(|to| back[*to].push(at));
        }
        let mut seen = vec![false; self.len()];
        let order: Vec<_> = (0..self.len())
            .flat_map(|at| finished_from(at, &out, &mut seen))
            .collect();
        let mut seen = vec![false; self.len()];
        let roots = order.into_iter().rev();
        roots
            .map(|at| finished_from(at, &back, &mut seen))
            .filter(|component| !component.is_empty())
            .collect()
    }

    /// How it came to this state.
    fn story(&self, at: usize) -> String {
        let mut steps = Vec::new();
        let mut here = at;
        while let Some((parent, step)) = self.parents[here] {
            steps.push(format!("{step:?}"));
            here = parent;
        }
        steps.reverse();
        format!("{}\n{:#?}", steps.join(", "), self.worlds[at])
    }
}

fn targets(out: &[(Step, usize)]) -> Vec<usize> {
    out.iter().map(|(_, to)| *to).collect()
}

/// What a depth-first search from here finds new, in the order in which it is done with it.
fn finished_from(start: usize, out: &[Vec<usize>], seen: &mut [bool]) -> Vec<usize> {
    let mut finished = Vec::new();
    let mut path = Vec::new();
    if !std::mem::replace(&mut seen[start], true) {
        path.push((start, 0));
    }
    while let Some((at, next)) = path.last_mut() {
        match out[*at].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to], true) {
                    path.push((to, 0));
                }
            }
            None => {
                finished.push(*at);
                path.pop();
            }
        }
    }
    finished
}
