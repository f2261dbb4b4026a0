//! From what belongs into a file to the file: descriptor, text, and the descriptor's bytes.

use prost::Message as _;
use prost::bytes::{BufMut, Bytes};
use prost::encoding::{WireType, encode_key, encode_varint, message};
use prost_types::{DescriptorProto, FileDescriptorProto, SourceCodeInfo};

use super::collect::Types;
use super::descriptor::{Descriptor, describe};
use super::group::Group;
use super::names::Symbols;
use super::options::{EventOptions, event};
use super::print::Printer;
use super::proto_files::ProtoFile;
use super::source::LAHJA_PROTO;
use super::tree::{Node, nest};

/// The number of the option `(lahja.event)`.
const EVENT_OPTION: u32 = 76241;

/// A file before it is known which names the others have.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    nodes: Vec<Node<'a>>,
    pub(super) descriptor: FileDescriptorProto,
}

impl<'a> Draft<'a> {
    pub(super) fn new(group: Group, types: &'a Types) -> Self {
        let nodes = nest(&group, types);
        let mut imports = group.imports;
        if nodes.iter().any(has_event) {
            imports.insert(LAHJA_PROTO.to_owned());
        }
        let mut top = DescriptorProto::default();
        nodes.iter().for_each(|node| add(node, types, &mut top));
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
        Self { nodes, descriptor }
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
fn add(node: &Node<'_>, types: &Types, scope: &mut DescriptorProto) {
    let described = node.derived.map(|derived| describe(derived, types));
    let mut message = match described {
        Some(Descriptor::Enumeration(declared)) => return scope.enum_type.push(declared),
        Some(Descriptor::Message(message)) => message,
        None => DescriptorProto {
            name: Some(node.name.to_owned()),
            ..Default::default()
        },
    };
    node.nested
        .iter()
        .for_each(|nested| add(nested, types, &mut message));
    scope.nested_type.push(message);
}

/// Writes descriptors with the option of events, for which those of `prost_types` have no place.
struct Encoder<'a> {
    package: &'a str,
    types: &'a Types,
    symbols: &'a Symbols,
}

impl Encoder<'_> {
    fn file(&self, file: &FileDescriptorProto, nodes: &[Node<'_>]) -> Bytes {
        let without_messages = FileDescriptorProto {
            message_type: Vec::new(),
            ..file.clone()
        };
        let mut bytes = without_messages.encode_to_vec();
        self.messages(4, &file.message_type, nodes, &mut bytes);
        bytes.into()
    }

    fn messages(
        &self,
        tag: u32,
        messages: &[DescriptorProto],
        nodes: &[Node<'_>],
        bytes: &mut Vec<u8>,
    ) {
        for message in messages {
            // The entries of maps are no types of their own.
            let node = nodes.iter().find(|node| node.name == message.name());
            let encoded = node.map_or_else(
                || message.encode_to_vec(),
                |node| self.message(message, node),
            );
            put(tag, &encoded, bytes);
        }
    }

    fn message(&self, message: &DescriptorProto, node: &Node<'_>) -> Vec<u8> {
        let without_nested = DescriptorProto {
            nested_type: Vec::new(),
            options: None,
            ..message.clone()
        };
        let mut bytes = without_nested.encode_to_vec();
        self.messages(3, &message.nested_type, &node.nested, &mut bytes);
        if let Some(event) = EventOptions::of(node, self.package, self.types, self.symbols) {
            let mut options = Vec::new();
            message::encode(EVENT_OPTION, &event, &mut options);
            put(7, &options, &mut bytes);
        }
        bytes
    }
}

fn put(tag: u32, message: &[u8], bytes: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, bytes);
    encode_varint(message.len() as u64, bytes);
    bytes.put_slice(message);
}
