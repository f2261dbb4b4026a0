//! From what belongs into a file to the file.

use std::collections::BTreeMap;

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, SourceCodeInfo};

use super::collect::Types;
use super::descriptor::{Descriptor, describe};
use super::encode::Encoder;
use super::error::Error;
use super::group::Group;
use super::names::{Symbols, join};
use super::options::event;
use super::print::Printer;
use super::proto_files::ProtoFile;
use super::source::LAHJA_PROTO;
use super::tree::{Node, nest};

/// A file before it is known which names the others have.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    nodes: Vec<Node<'a>>,
    pub(super) descriptor: FileDescriptorProto,
}

impl<'a> Draft<'a> {
    pub(super) fn new(group: Group, types: &'a Types) -> Result<Self, Error> {
        let nodes = nest(&group, types);
        let mut imports = group.imports;
        if nodes.iter().any(has_event) {
            imports.insert(LAHJA_PROTO.to_owned());
        }
        let mut top = DescriptorProto::default();
        nodes
            .iter()
            .try_for_each(|node| add(node, types, &mut top))?;
        let package = Some(group.package).filter(|package| !package.is_empty());
        let descriptor = FileDescriptorProto {
            name: Some(group.name),
            package,
            dependency: imports.into_iter().collect(),
            message_type: top.nested_type,
            enum_type: top.enum_type,
            syntax: Some("proto3".to_owned()),
            ..Default::default()
        };
        Ok(Self { nodes, descriptor })
    }

    pub(super) fn finish(self, types: &Types, symbols: &Symbols) -> ProtoFile {
        let Self {
            nodes,
            mut descriptor,
        } = self;
        let (text, location) = Printer::new(&descriptor, types, symbols).print(&nodes);
        descriptor.source_code_info = Some(SourceCodeInfo { location });
        let encoder = Encoder {
            package: descriptor.package(),
            types,
            symbols,
        };
        let encoded = encoder.file(&descriptor, &nodes);
        ProtoFile {
            text,
            encoded,
            descriptor,
        }
    }
}

fn has_event(node: &Node<'_>) -> bool {
    event(node).is_some() || node.nested.iter().any(has_event)
}

/// Adds the type to what is nested in `scope`.
fn add(node: &Node<'_>, types: &Types, scope: &mut DescriptorProto) -> Result<(), Error> {
    let described = node.derived.map(|derived| describe(derived, types));
    let mut message = match described {
        Some(Descriptor::Enumeration(declared)) => {
            scope.enum_type.push(declared);
            return Ok(());
        }
        Some(Descriptor::Message(message)) => message,
        None => DescriptorProto {
            name: Some(node.name.to_owned()),
            ..Default::default()
        },
    };
    check_json_names(&node.full_name, &message)?;
    let mut nested = node.nested.iter();
    nested.try_for_each(|nested| add(nested, types, &mut message))?;
    scope.nested_type.push(message);
    Ok(())
}

fn check_json_names(full_name: &str, message: &DescriptorProto) -> Result<(), Error> {
    let mut names = BTreeMap::new();
    let mut fields = message.field.iter();
    let other = |field: &&FieldDescriptorProto| {
        let other = names.insert(field.json_name().to_owned(), field.name().to_owned());
        other.is_some_and(|other| other != field.name())
    };
    match fields.find(other) {
        Some(field) => Err(Error::JsonNameTaken {
            name: join(full_name, field.name()),
        }),
        None => Ok(()),
    }
}
