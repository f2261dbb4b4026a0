//! Which types the events need, and what each is called.

use std::any::TypeId;
use std::collections::{BTreeSet, HashMap};

use super::error::Error;
use super::source::Sources;
use super::well_known;
use crate::declaration::{Declaration, Item, Kind, Member, Named, Shape, Type};

/// A type that a derive declares.
#[derive(Debug)]
pub(super) struct Derived {
    pub(super) rust_name: &'static str,
    pub(super) package: String,
    pub(super) full_name: String,
    pub(super) item: Item,
}

/// Where a type is declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Home {
    /// In the file that its place among [`Types::derived`] will get.
    Derived(usize),
    /// In the file of this name.
    File(String),
}

#[derive(Debug)]
struct Known {
    full_name: String,
    home: Home,
    /// The package, if it was taken from whoever uses the type.
    lent_package: Option<String>,
}

/// Every type that was asked for, and all that those contain and are answered with.
#[derive(Debug, Default)]
pub(super) struct Types {
    known: HashMap<TypeId, Known>,
    pub(super) derived: Vec<Derived>,
    pub(super) sources: Sources,
}

/// The message that a type is in.
#[derive(Clone, Copy)]
struct User<'a> {
    package: &'a str,
    full_name: &'a str,
}

impl Types {
    pub(super) fn collect(events: &[Named]) -> Result<Self, Error> {
        let mut types = Self::default();
        types.visit(events, None)?;
        Ok(types)
    }

    pub(super) fn full_name(&self, named: Named) -> &str {
        &self.known[&(named.id)()].full_name
    }

    pub(super) fn home(&self, named: Named) -> &Home {
        &self.known[&(named.id)()].home
    }

    /// The files that people wrote and some type is declared in.
    pub(super) fn files(&self) -> BTreeSet<String> {
        let homes = self.known.values().map(|known| &known.home);
        let file = |home: &Home| match home {
            Home::File(name) => Some(name.clone()),
            Home::Derived(_) => None,
        };
        homes.filter_map(file).collect()
    }

    /// Places in [`derived`](Self::derived) of what is declared by a derive, and not elsewhere too.
    pub(super) fn at_home(&self) -> BTreeSet<usize> {
        let homes = self.known.values().map(|known| &known.home);
        let place = |home: &Home| match home {
            Home::Derived(at) => Some(*at),
            Home::File(_) => None,
        };
        homes.filter_map(place).collect()
    }

    /// Declares what was at home in `from` elsewhere.
    pub(super) fn move_home(&mut self, from: usize, to: &Home) {
        for known in self.known.values_mut() {
            if known.home == Home::Derived(from) {
                known.home = to.clone();
            }
        }
    }

    fn visit(&mut self, types: &[Named], user: Option<User<'_>>) -> Result<(), Error> {
        for &named in types {
            match self.known.get(&(named.id)()) {
                Some(known) => known.check_package(named, user)?,
                None => self.add(named, user)?,
            }
        }
        Ok(())
    }

    fn add(&mut self, named: Named, user: Option<User<'_>>) -> Result<(), Error> {
        let known = match (named.declaration)() {
            Declaration::Derived(item) => return self.add_derived(named, item, user),
            Declaration::InFile { name, files } => Known {
                full_name: name.to_owned(),
                home: Home::File(self.sources.find(name, files)?),
                lent_package: None,
            },
            Declaration::WellKnown(name) => Known {
                full_name: format!("google.protobuf.{name}"),
                home: Home::File(well_known::file_of(name).to_owned()),
                lent_package: None,
            },
            Declaration::Unknown => {
                return Err(Error::Undeclared {
                    rust_name: (named.rust_name)(),
                    user: user.map(|user| user.full_name.to_owned()),
                });
            }
        };
        self.known.insert((named.id)(), known);
        Ok(())
    }

    fn add_derived(
        &mut self,
        named: Named,
        item: Item,
        user: Option<User<'_>>,
    ) -> Result<(), Error> {
        let lent_package = match item.package {
            Some(_) => None,
            None => user.map(|user| user.package.to_owned()),
        };
        let package = item
            .package
            .or(lent_package.as_deref())
            .unwrap_or("")
            .to_owned();
        let full_name = super::names::join(&package, item.name);
        let known = Known {
            full_name: full_name.clone(),
            home: Home::Derived(self.derived.len()),
            lent_package,
        };
        self.known.insert((named.id)(), known);
        let references = references(&item);
        let user = User {
            package: &package,
            full_name: &full_name,
        };
        self.derived.push(Derived {
            rust_name: (named.rust_name)(),
            package: package.clone(),
            full_name: full_name.clone(),
            item,
        });
        self.visit(&references, Some(user))
    }
}

impl Known {
    fn check_package(&self, named: Named, user: Option<User<'_>>) -> Result<(), Error> {
        match (&self.lent_package, user) {
            (Some(package), Some(user)) if package != user.package => Err(Error::SeveralPackages {
                rust_name: (named.rust_name)(),
                packages: [package.clone(), user.package.to_owned()],
            }),
            _ => Ok(()),
        }
    }
}

/// The messages and enumerations that the item's declaration names.
pub(super) fn references(item: &Item) -> Vec<Named> {
    let Kind::Message { event, members } = &item.kind else {
        return Vec::new();
    };
    let response = event.iter().filter_map(|event| event.response);
    let types = members
        .iter()
        .flat_map(shapes)
        .flat_map(|shape| match shape {
            Shape::Implicit(value) | Shape::Explicit(value) | Shape::Repeated(value) => {
                [Some(value), None]
            }
            Shape::Map(key, value) => [Some(key), Some(value)],
        });
    types.flatten().filter_map(named).chain(response).collect()
}

fn shapes(member: &Member) -> Vec<Shape> {
    match member {
        Member::Field(field) => vec![field.shape],
        Member::Oneof { oneof, .. } => oneof().fields.iter().map(|field| field.shape).collect(),
    }
}

fn named(value: Type) -> Option<Named> {
    match value {
        Type::Message(named) | Type::Enumeration(named) => Some(named),
        _ => None,
    }
}
