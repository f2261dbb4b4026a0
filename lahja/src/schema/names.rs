//! Names as protobuf resolves them: from the innermost scope outwards, and the first scope that
//! knows the first part of a name decides about the rest.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, OneofDescriptorProto, ServiceDescriptorProto,
};

use super::error::Error;

/// What begins something else than the name of a type where the declaration of a field begins.
const WORDS: [&str; 27] = [
    "bool",
    "bytes",
    "double",
    "enum",
    "extend",
    "extensions",
    "fixed32",
    "fixed64",
    "float",
    "group",
    "int32",
    "int64",
    "map",
    "message",
    "oneof",
    "option",
    "optional",
    "repeated",
    "required",
    "reserved",
    "sfixed32",
    "sfixed64",
    "sint32",
    "sint64",
    "string",
    "uint32",
    "uint64",
];

/// What has a name in any of the files.
#[derive(Debug)]
pub(super) struct Symbols {
    packages: BTreeSet<String>,
    /// With the file that declares it.
    declared: BTreeMap<String, String>,
}

impl Symbols {
    /// The names of the files, in which each is used once, and those of lahja and protobuf.
    pub(super) fn of<'a>(
        files: impl IntoIterator<Item = &'a FileDescriptorProto>,
    ) -> Result<Self, Error> {
        let mut symbols = Self {
            packages: BTreeSet::new(),
            declared: BTreeMap::new(),
        };
        symbols.add_package("google.protobuf");
        for file in files {
            symbols.add_file(file)?;
        }
        let mut packages = symbols.packages.iter();
        match packages.find(|name| symbols.declared.contains_key(*name)) {
            Some(name) => Err(Error::PackageTaken { name: name.clone() }),
            None => Ok(symbols),
        }
    }

    /// How `full_name` is written inside of `scope`, a message of `package`.
    pub(super) fn relative(&self, package: &str, scope: &str, full_name: &str) -> String {
        let in_package = full_name
            .strip_prefix(package)
            .and_then(|name| name.strip_prefix('.'));
        let name = in_package
            .filter(|_| !package.is_empty())
            .unwrap_or(full_name);
        let first = name.split('.').next().unwrap_or(name);
        let found = outwards(scope).find(|scope| self.has(&join(scope, first)));
        match found {
            Some(scope) if join(scope, name) == full_name && !WORDS.contains(&first) => {
                name.to_owned()
            }
            _ => format!(".{full_name}"),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.packages.contains(name) || self.declared.contains_key(name)
    }

    fn add_package(&mut self, package: &str) {
        let parents = outwards(package).filter(|name| !name.is_empty());
        self.packages.extend(parents.map(str::to_owned));
    }

    fn add_file(&mut self, file: &FileDescriptorProto) -> Result<(), Error> {
        self.add_package(file.package());
        let mut names = Vec::new();
        add_messages(file.package(), &file.message_type, &mut names);
        add_enums(file.package(), &file.enum_type, &mut names);
        let services = file.service.iter().map(ServiceDescriptorProto::name);
        let extensions = file.extension.iter().map(FieldDescriptorProto::name);
        names.extend(
            services
                .chain(extensions)
                .map(|name| join(file.package(), name)),
        );
        names
            .into_iter()
            .try_for_each(|name| self.add(name, file.name()))
    }

    fn add(&mut self, name: String, file: &str) -> Result<(), Error> {
        match self.declared.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(file.to_owned());
                Ok(())
            }
            Entry::Occupied(entry) => Err(Error::NameTaken {
                name: entry.key().clone(),
                files: [entry.get().clone(), file.to_owned()],
            }),
        }
    }
}

fn add_messages(scope: &str, messages: &[DescriptorProto], names: &mut Vec<String>) {
    for message in messages {
        let name = join(scope, message.name());
        let fields = message.field.iter().map(FieldDescriptorProto::name);
        let oneofs = message.oneof_decl.iter().map(OneofDescriptorProto::name);
        names.extend(fields.chain(oneofs).map(|inner| join(&name, inner)));
        add_messages(&name, &message.nested_type, names);
        add_enums(&name, &message.enum_type, names);
        names.push(name);
    }
}

/// The values of an enumeration are its neighbours.
fn add_enums(scope: &str, enums: &[EnumDescriptorProto], names: &mut Vec<String>) {
    for declared in enums {
        let values = declared.value.iter().map(EnumValueDescriptorProto::name);
        names.extend(
            values
                .chain([declared.name()])
                .map(|name| join(scope, name)),
        );
    }
}

/// `name` inside of `scope`, which may be none.
pub(super) fn join(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        _ => format!("{scope}.{name}"),
    }
}

/// `a.b.C`, `a.b`, `a`, and the root.
fn outwards(scope: &str) -> impl Iterator<Item = &str> {
    let parents = scope.rmatch_indices('.').map(|(at, _)| &scope[..at]);
    std::iter::once(scope).chain(parents).chain([""])
}

#[cfg(test)]
mod tests {
    use prost_types::{DescriptorProto, FileDescriptorProto};

    use super::Symbols;

    fn file(package: &str, messages: &[&str]) -> FileDescriptorProto {
        let message = |name: &&str| DescriptorProto {
            name: Some((*name).to_owned()),
            ..Default::default()
        };
        FileDescriptorProto {
            package: Some(package.to_owned()),
            message_type: messages.iter().map(message).collect(),
            ..Default::default()
        }
    }

    #[test]
    fn a_name_is_as_short_as_it_may_be() {
        let files = [
            file("chat.v1", &["Post", "accounts", "message"]),
            file("accounts.v1", &["User"]),
            file("chat.shop", &["Order"]),
            file("shop", &["Item"]),
            file("", &["Root"]),
        ];
        let symbols = Symbols::of(&files).expect("each name is there once");
        let relative = |scope, name| symbols.relative("chat.v1", scope, name);
        assert_eq!(relative("chat.v1.Post", "chat.v1.Post"), "Post");
        assert_eq!(
            relative("chat.v1.Post", "accounts.v1.User"),
            ".accounts.v1.User"
        );
        assert_eq!(relative("chat.v1.Post", "shop.Item"), ".shop.Item");
        assert_eq!(relative("chat.v1.Post", "Root"), "Root");
        assert_eq!(
            relative("chat.v1.Post", "chat.v1.message"),
            ".chat.v1.message"
        );
        assert_eq!(
            relative("chat.v1.Post", "google.protobuf.Empty"),
            "google.protobuf.Empty"
        );
        assert_eq!(
            symbols.relative("", "Root", "accounts.v1.User"),
            "accounts.v1.User"
        );
    }

    #[test]
    fn a_message_cannot_have_the_name_of_a_package() {
        let files = [file("chat.v1", &[]), file("", &["chat"])];
        let error = Symbols::of(&files).expect_err("`chat` is both");
        assert!(error.to_string().contains("`chat`"), "{error}");
    }
}
