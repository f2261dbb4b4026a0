//! What needs what.

use std::collections::{BTreeMap, BTreeSet};

/// Edges, by where they begin.
#[derive(Debug)]
pub(super) struct Graph<T>(BTreeMap<T, BTreeSet<T>>);

impl<T: Ord> FromIterator<(T, T)> for Graph<T> {
    fn from_iter<I: IntoIterator<Item = (T, T)>>(edges: I) -> Self {
        let mut graph: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
        for (from, to) in edges {
            graph.entry(from).or_default().insert(to);
        }
        Self(graph)
    }
}

impl<T: Copy + Ord> Graph<T> {
    pub(super) fn edges(&self) -> impl Iterator<Item = (T, T)> {
        let edges = self.0.iter();
        edges.flat_map(|(from, to)| to.iter().map(|to| (*from, *to)))
    }

    pub(super) fn reaches(&self, from: T, to: T) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            let next = self.0.get(&at).into_iter().flatten();
            open.extend(next.filter(|next| seen.insert(**next)));
        }
        seen.contains(&to)
    }
}

/// For each of `count` nodes, over how many of the edges that are `steps` its longest way goes. No
/// circle may have a step.
pub(super) fn levels(
    count: usize,
    graph: &Graph<usize>,
    is_step: impl Fn(usize, usize) -> bool,
) -> Vec<usize> {
    let edges: Vec<_> = graph
        .edges()
        .map(|(from, to)| (from, to, usize::from(is_step(from, to))))
        .collect();
    let mut levels = vec![0; count];
    let mut is_settled = false;
    while !is_settled {
        is_settled = true;
        for (from, to, step) in &edges {
            if levels[*from] < levels[*to] + step {
                levels[*from] = levels[*to] + step;
                is_settled = false;
            }
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::{Graph, levels};

    #[test]
    fn what_is_needed_is_on_a_lower_level_or_on_the_same_one() {
        let graph: Graph<usize> = [(0, 1), (1, 2), (2, 3), (3, 2), (4, 2)]
            .into_iter()
            .collect();
        assert!(graph.reaches(0, 3));
        assert!(!graph.reaches(3, 0));
        let is_step = |from: usize, to: usize| (from, to) == (0, 1) || (from, to) == (1, 2);
        assert_eq!(levels(5, &graph, is_step), [2, 1, 0, 0, 0]);
    }
}
