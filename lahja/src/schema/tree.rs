//! The types of a file, nested as their names are.

use super::collect::{Derived, Types};
use super::group::Group;
use super::names::join;

/// A type, or what is there only to hold those nested in it.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) name: &'a str,
    pub(super) full_name: String,
    pub(super) derived: Option<&'a Derived>,
    pub(super) nested: Vec<Node<'a>>,
}

pub(super) fn nest<'a>(group: &Group, types: &'a Types) -> Vec<Node<'a>> {
    let mut roots = Vec::new();
    for at in &group.derived {
        let derived = &types.derived[*at];
        insert(&mut roots, &derived.package, derived.item.name, derived);
    }
    roots
}

fn insert<'a>(nodes: &mut Vec<Node<'a>>, scope: &str, name: &'a str, derived: &'a Derived) {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let at = nodes
        .iter()
        .position(|node| node.name == first)
        .unwrap_or_else(|| {
            nodes.push(Node {
                name: first,
                full_name: join(scope, first),
                derived: None,
                nested: Vec::new(),
            });
            nodes.len() - 1
        });
    let node = &mut nodes[at];
    if rest.is_empty() {
        node.derived = Some(derived);
    } else {
        insert(&mut node.nested, &node.full_name, rest, derived);
    }
}
