//! Which types share a file.
//!
//! A package is a file, so long as no two packages need each other: files may not import each other
//! in a circle. Where they do, a package is several files: first what needs nothing of the other
//! packages of the circle, then what needs only that, and so on.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::{Derived, Home, Types, references};
use super::error::Error;
use super::graph::{Graph, levels};

/// A file that is to be written.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) package: String,
    pub(super) name: String,
    pub(super) imports: BTreeSet<String>,
    /// Places in [`Types::derived`].
    pub(super) derived: Vec<usize>,
}

/// What has to be in one file: a type, and what is nested in it.
#[derive(Default)]
struct Unit<'a> {
    derived: Vec<usize>,
    package: &'a str,
    /// Files that are there already.
    imports: BTreeSet<String>,
}

pub(super) fn group(types: &Types) -> Result<Vec<Group>, Error> {
    let (units, graph) = units(types);
    let package = |unit: usize| units[unit].package;
    let crossings = || {
        graph
            .edges()
            .filter(|(from, to)| package(*from) != package(*to))
    };
    if let Some((from, to)) = crossings().find(|(from, to)| graph.reaches(*to, *from)) {
        let name = |unit: usize| types.derived[units[unit].derived[0]].full_name.clone();
        return Err(Error::Cycle {
            first: name(from),
            second: name(to),
        });
    }
    let packages: Graph<_> = crossings()
        .map(|(from, to)| (package(from), package(to)))
        .collect();
    let levels = levels(units.len(), &graph, |from, to| {
        package(from) != package(to) && packages.reaches(package(to), package(from))
    });
    let mut files: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (unit, level) in levels.into_iter().enumerate() {
        files.entry((package(unit), level)).or_default().push(unit);
    }
    let files = files
        .into_values()
        .map(|members| file(types, &units, &members));
    let mut groups = name(types, files.collect());
    import(types, &mut groups);
    Ok(groups)
}

fn units(types: &Types) -> (Vec<Unit<'_>>, Graph<usize>) {
    let mut units: Vec<Unit<'_>> = Vec::new();
    let mut by_root = BTreeMap::new();
    let mut unit_of = BTreeMap::new();
    for at in types.at_home() {
        let (package, name) = root(&types.derived[at]);
        let unit = *by_root.entry((package, name)).or_insert(units.len());
        if unit == units.len() {
            units.push(Unit {
                package,
                ..Unit::default()
            });
        }
        units[unit].derived.push(at);
        unit_of.insert(at, unit);
    }
    let mut edges = Vec::new();
    for (at, unit) in &unit_of {
        for named in references(&types.derived[*at].item) {
            match types.home(named) {
                Home::Derived(needed) => edges.push((*unit, unit_of[needed])),
                Home::File(name) => {
                    units[*unit].imports.insert(name.clone());
                }
            }
        }
    }
    (units, edges.into_iter().collect())
}

/// The package, and the outermost of nested names.
fn root(derived: &Derived) -> (&str, &str) {
    let name = derived.item.name;
    (&derived.package, name.split('.').next().unwrap_or(name))
}

fn file(types: &Types, units: &[Unit<'_>], members: &[usize]) -> Group {
    let members = || members.iter().map(|unit| &units[*unit]);
    let mut derived: Vec<_> = members().flat_map(|unit| unit.derived.clone()).collect();
    derived.sort_unstable();
    Group {
        package: types.derived[derived[0]].package.clone(),
        name: String::new(),
        imports: members().flat_map(|unit| unit.imports.clone()).collect(),
        derived,
    }
}

/// Gives each file a name that no other has.
fn name(types: &Types, mut groups: Vec<Group>) -> Vec<Group> {
    let mut taken = BTreeSet::new();
    for group in &mut groups {
        let mut free = names(&group.package)
            .filter(|name| types.sources.get(name).is_none() && !taken.contains(name));
        group.name = free.next().expect("there is no end of names");
        taken.insert(group.name.clone());
    }
    groups
}

/// `chat/v1/events.proto`, where tools for protobuf look for the package `chat.v1`.
fn names(package: &str) -> impl Iterator<Item = String> {
    let folder = match package {
        "" => String::new(),
        _ => package.replace('.', "/") + "/",
    };
    let first = format!("{folder}events.proto");
    std::iter::once(first).chain((2..).map(move |number| format!("{folder}events_{number}.proto")))
}

fn import(types: &Types, groups: &mut [Group]) {
    let mut file_of = BTreeMap::new();
    for group in groups.iter() {
        file_of.extend(group.derived.iter().map(|at| (*at, group.name.clone())));
    }
    for group in groups {
        for named in group
            .derived
            .iter()
            .flat_map(|at| references(&types.derived[*at].item))
        {
            if let Home::Derived(needed) = types.home(named) {
                group.imports.insert(file_of[needed].clone());
            }
        }
        group.imports.remove(&group.name);
    }
}
