//! Descriptors with the option of events, for which those of `prost_types` have no place.

use prost::Message as _;
use prost::bytes::{BufMut, Bytes};
use prost::encoding::{WireType, encode_key, encode_varint, message};
use prost_types::{DescriptorProto, FileDescriptorProto};

use super::collect::Types;
use super::names::Symbols;
use super::options::EventOptions;
use super::tree::Node;

/// The number of the option `(lahja.event)`.
const EVENT_OPTION: u32 = 76241;

// Numbers of fields in descriptors.
const FILE_MESSAGE: u32 = 4;
const MESSAGE_NESTED: u32 = 3;
const MESSAGE_OPTIONS: u32 = 7;

pub(super) struct Encoder<'a> {
    pub(super) package: &'a str,
    pub(super) types: &'a Types,
    pub(super) symbols: &'a Symbols,
}

impl Encoder<'_> {
    pub(super) fn file(&self, file: &FileDescriptorProto, nodes: &[Node<'_>]) -> Bytes {
        let without_messages = FileDescriptorProto {
            message_type: Vec::new(),
            ..file.clone()
        };
        let mut bytes = without_messages.encode_to_vec();
        self.messages(FILE_MESSAGE, &file.message_type, nodes, &mut bytes);
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
        self.messages(
            MESSAGE_NESTED,
            &message.nested_type,
            &node.nested,
            &mut bytes,
        );
        if let Some(event) = EventOptions::of(node, self.package, self.types, self.symbols) {
            let mut options = Vec::new();
            message::encode(EVENT_OPTION, &event, &mut options);
            put(MESSAGE_OPTIONS, &options, &mut bytes);
        }
        bytes
    }
}

fn put(tag: u32, message: &[u8], bytes: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, bytes);
    encode_varint(message.len() as u64, bytes);
    bytes.put_slice(message);
}
