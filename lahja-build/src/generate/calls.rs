//! The calls of lahja's macros.
//!
//! Rust paths are prost's business, and it tells them to a `ServiceGenerator` alone. So it is given
//! a service beside each file, of one method per type, in a file that no one wrote.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use prost_build::{Config, Method, Module, Service, ServiceGenerator};
use prost_reflect::{FileDescriptor, MessageDescriptor};
use prost_types::{FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto};

use crate::check::Model;
use crate::owner::Externs;

const MESSAGE: &str = "message";
const ENUMERATION: &str = "enumeration";

/// What [`Calls`] has collected once prost is done.
pub(super) struct Written(Rc<RefCell<BTreeMap<Module, String>>>);

impl Written {
    /// The calls, with what they name: the pack that lies beside the code. `None` if the module has
    /// no types.
    pub(super) fn of(&self, module: &Module, pack_name: &str) -> Option<String> {
        let written = self.0.borrow();
        let files = format!("const FILES: &[u8] = include_bytes!(\"{pack_name}\");");
        let lines = std::iter::once(files.as_str()).chain(written.get(module)?.lines());
        let lines: String = lines.map(|line| format!("    {line}\n")).collect();
        Some(format!("const _: () = {{\n{lines}}};\n"))
    }
}

/// Turns the methods of [`synthetic_file`] into calls.
struct Calls {
    events: BTreeMap<String, EventCall>,
    written: Rc<RefCell<BTreeMap<Module, String>>>,
}

struct EventCall {
    type_id: Option<u64>,
    is_request: bool,
}

pub(super) fn install(config: &mut Config, model: &Model) -> Written {
    let events = model.events.iter().map(|(name, event)| {
        let call = EventCall {
            type_id: event.type_id,
            is_request: event.response.is_some(),
        };
        (format!(".{name}"), call)
    });
    let written = Rc::default();
    config.service_generator(Box::new(Calls {
        events: events.collect(),
        written: Rc::clone(&written),
    }));
    Written(written)
}

impl ServiceGenerator for Calls {
    fn generate(&mut self, service: Service, _: &mut String) {
        let module = Module::from_protobuf_package_name(&service.package);
        let calls: String = service
            .methods
            .iter()
            .map(|method| self.calls(method))
            .collect();
        self.written
            .borrow_mut()
            .entry(module)
            .or_default()
            .push_str(&calls);
    }
}

impl Calls {
    fn calls(&self, method: &Method) -> String {
        let Method {
            proto_name: kind,
            input_type: path,
            ..
        } = method;
        let name = method.input_proto_type.trim_start_matches('.');
        let mut calls =
            format!("::lahja::__{kind}! {{ type: {path}, name: \"{name}\", files: FILES }}\n");
        if let Some(event) = self.events.get(&method.input_proto_type) {
            calls.push_str(&event.call(method));
        }
        calls
    }
}

impl EventCall {
    fn call(&self, method: &Method) -> String {
        let name = method.input_proto_type.trim_start_matches('.');
        let mut call = format!("type: {}, name: \"{name}\"", method.input_type);
        if let Some(id) = self.type_id {
            call.push_str(&format!(", type_id: {}", literal(id)));
        }
        if self.is_request {
            call.push_str(&format!(", response: {}", method.output_type));
        }
        format!("::lahja::__event! {{ {call} }}\n")
    }
}

/// In groups of four digits, as clippy likes to read them.
fn literal(id: u64) -> String {
    let [a, b, c, d] = [id >> 48, id >> 32, id >> 16, id].map(|group| group & 0xffff);
    format!("0x{a:04x}_{b:04x}_{c:04x}_{d:04x}")
}

/// A file beside `file`, if that has types of this crate.
pub(super) fn synthetic_file(
    file: &FileDescriptor,
    model: &Model,
    externs: &Externs,
) -> Option<FileDescriptorProto> {
    let mut types = Vec::new();
    types.extend(
        file.enums()
            .map(|r#enum| (ENUMERATION, r#enum.full_name().to_owned())),
    );
    file.messages()
        .for_each(|message| add(&message, &mut types));
    types.retain(|(_, name)| !externs.own(name));
    if types.is_empty() {
        return None;
    }
    let methods = types.iter().map(|(kind, name)| method(kind, name, model));
    let service = ServiceDescriptorProto {
        name: Some("Calls".to_owned()),
        method: methods.collect(),
        ..Default::default()
    };
    Some(FileDescriptorProto {
        name: Some(format!("{}.calls", file.name())),
        package: file.file_descriptor_proto().package.clone(),
        service: vec![service],
        syntax: Some("proto3".to_owned()),
        ..Default::default()
    })
}

/// The message and what is nested in it, but for the entries of maps, which have no Rust type.
fn add(message: &MessageDescriptor, types: &mut Vec<(&'static str, String)>) {
    if message.is_map_entry() {
        return;
    }
    types.push((MESSAGE, message.full_name().to_owned()));
    let enums = message.child_enums();
    types.extend(enums.map(|r#enum| (ENUMERATION, r#enum.full_name().to_owned())));
    message
        .child_messages()
        .for_each(|child| add(&child, types));
}

fn method(kind: &str, name: &str, model: &Model) -> MethodDescriptorProto {
    let response = model
        .events
        .get(name)
        .and_then(|event| event.response.as_deref());
    MethodDescriptorProto {
        name: Some(kind.to_owned()),
        input_type: Some(format!(".{name}")),
        output_type: Some(format!(".{}", response.unwrap_or(name))),
        ..Default::default()
    }
}
