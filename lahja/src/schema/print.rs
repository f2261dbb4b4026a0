//! Files as people read them, and where in them each declaration stands.

use prost_types::FileDescriptorProto;
use prost_types::source_code_info::Location;

use super::collect::Types;
use super::names::Symbols;
use super::options::EventOptions;
use super::tree::Node;
use crate::declaration::{Field, Kind, Member, Shape, Type, Value};

const HEADER: &str = " Written by lahja from types of Rust: change those.";

// Numbers of fields in descriptors, which make up the paths of locations.
const FILE_MESSAGE: i32 = 4;
const FILE_ENUM: i32 = 5;
const FILE_SYNTAX: i32 = 12;
const MESSAGE_FIELD: i32 = 2;
const MESSAGE_NESTED: i32 = 3;
const MESSAGE_ENUM: i32 = 4;
const MESSAGE_ONEOF: i32 = 8;
const ENUM_VALUE: i32 = 2;

pub(super) struct Printer<'a> {
    file: &'a FileDescriptorProto,
    types: &'a Types,
    symbols: &'a Symbols,
    text: String,
    /// How many there are in the text.
    lines: i32,
    depth: usize,
    locations: Vec<Location>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(
        file: &'a FileDescriptorProto,
        types: &'a Types,
        symbols: &'a Symbols,
    ) -> Self {
        Self {
            file,
            types,
            symbols,
            text: String::new(),
            lines: 0,
            depth: 0,
            locations: Vec::new(),
        }
    }

    pub(super) fn print(mut self, nodes: &[Node<'_>]) -> (String, Vec<Location>) {
        self.located(&[FILE_SYNTAX], HEADER, |printer| {
            printer.line("syntax = \"proto3\";")
        });
        if let Some(package) = &self.file.package {
            self.blank();
            self.line(&format!("package {package};"));
        }
        if !self.file.dependency.is_empty() {
            self.blank();
            for import in &self.file.dependency {
                self.line(&format!("import \"{import}\";"));
            }
        }
        self.nodes(nodes, &[], (FILE_MESSAGE, 0), FILE_ENUM);
        (self.text, self.locations)
    }

    /// `messages` is the number of the list that messages are in, and how many are in it already.
    fn nodes(&mut self, nodes: &[Node<'_>], path: &[i32], messages: (i32, usize), enums: i32) {
        let (mut message, mut declared) = (messages.1, 0);
        for node in nodes {
            self.blank();
            let kind = node.derived.map(|derived| &derived.item.kind);
            let doc = node.derived.map_or("", |derived| derived.item.doc);
            if let Some(Kind::Enumeration(values)) = kind {
                let path = join(path, enums, declared);
                self.located(&path, doc, |printer| {
                    printer.enumeration(node.name, values, &path)
                });
                declared += 1;
            } else {
                let members = match kind {
                    Some(Kind::Message { members, .. }) => members,
                    _ => &[][..],
                };
                let path = join(path, messages.0, message);
                self.located(&path, doc, |printer| printer.message(node, members, &path));
                message += 1;
            }
        }
    }

    fn enumeration(&mut self, name: &str, values: &[Value], path: &[i32]) {
        self.block(&format!("enum {name}"), |printer| {
            for (at, value) in values.iter().enumerate() {
                let path = join(path, ENUM_VALUE, at);
                let line = format!("{} = {};", value.name, value.number);
                printer.located(&path, value.doc, |printer| printer.line(&line));
            }
        });
    }

    fn message(&mut self, node: &Node<'_>, members: &[Member], path: &[i32]) {
        let (types, symbols) = (self.types, self.symbols);
        let event = EventOptions::of(node, self.file.package(), types, symbols);
        if event.is_none() && members.is_empty() && node.nested.is_empty() {
            return self.line(&format!("message {} {{}}", node.name));
        }
        self.block(&format!("message {}", node.name), |printer| {
            if let Some(event) = event {
                let option = printer.relative(&node.full_name, "lahja.event");
                printer.line(&format!("option ({option}) = {};", event.text()));
                if !members.is_empty() {
                    printer.blank();
                }
            }
            let maps = printer.members(node, members, path);
            printer.nodes(&node.nested, path, (MESSAGE_NESTED, maps), MESSAGE_ENUM);
        });
    }

    /// How many of the members are maps, whose entries are nested messages.
    fn members(&mut self, node: &Node<'_>, members: &[Member], path: &[i32]) -> usize {
        let (mut fields, mut oneofs, mut maps) = (0, 0, 0);
        for member in members {
            match member {
                Member::Field(field) => {
                    self.field(node, field, &join(path, MESSAGE_FIELD, fields));
                    maps += usize::from(matches!(field.shape, Shape::Map(..)));
                    fields += 1;
                }
                Member::Oneof { doc, name, oneof } => {
                    let oneof = oneof();
                    let doc = if doc.is_empty() { oneof.doc } else { doc };
                    self.located(&join(path, MESSAGE_ONEOF, oneofs), doc, |printer| {
                        printer.block(&format!("oneof {name}"), |printer| {
                            for field in oneof.fields {
                                printer.field(node, field, &join(path, MESSAGE_FIELD, fields));
                                fields += 1;
                            }
                        });
                    });
                    oneofs += 1;
                }
            }
        }
        maps
    }

    fn field(&mut self, node: &Node<'_>, field: &Field, path: &[i32]) {
        let value = |value| self.value(&node.full_name, value);
        let declared = match field.shape {
            Shape::Explicit(Type::Message(message)) => value(Type::Message(message)),
            Shape::Implicit(element) => value(element),
            Shape::Explicit(element) => format!("optional {}", value(element)),
            Shape::Repeated(element) => format!("repeated {}", value(element)),
            Shape::Map(key, element) => format!("map<{}, {}>", value(key), value(element)),
        };
        let line = format!("{declared} {} = {};", field.name, field.number);
        self.located(path, field.doc, |printer| printer.line(&line));
    }

    fn value(&self, scope: &str, value: Type) -> String {
        match value {
            Type::Message(named) | Type::Enumeration(named) => {
                self.relative(scope, self.types.full_name(named))
            }
            // Each has the name of its type in protobuf.
            scalar => format!("{scalar:?}").to_lowercase(),
        }
    }

    fn relative(&self, scope: &str, full_name: &str) -> String {
        self.symbols.relative(self.file.package(), scope, full_name)
    }

    /// What `body` prints is at `path`, below its documentation.
    fn located(&mut self, path: &[i32], doc: &str, body: impl FnOnce(&mut Self)) {
        let comments = comments(doc);
        for line in comments.iter().flat_map(|comments| comments.lines()) {
            self.line(&format!("//{line}"));
        }
        let at = self.locations.len();
        self.locations.push(Location {
            path: path.to_vec(),
            span: vec![self.lines, (self.depth * 2) as i32],
            leading_comments: comments,
            ..Default::default()
        });
        body(self);
        let (first, last) = (self.locations[at].span[0], self.lines - 1);
        let end = self.text.lines().next_back().map_or(0, str::len) as i32;
        let span = &mut self.locations[at].span;
        span.extend((first != last).then_some(last));
        span.push(end);
    }

    fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line("}");
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    /// A blank line, but at the beginning of a block.
    fn blank(&mut self) {
        if !self.text.ends_with("{\n") {
            self.text.push('\n');
            self.lines += 1;
        }
    }
}

fn join(path: &[i32], list: i32, at: usize) -> Vec<i32> {
    [path, &[list, at as i32]].concat()
}

/// Documentation as the comments of a descriptor: lines as they stand behind `//`.
fn comments(doc: &str) -> Option<String> {
    let lines = doc.trim_end().lines().map(str::trim_end);
    let comments: String = lines
        .map(|line| match line {
            "" => "\n".to_owned(),
            line if line.starts_with(' ') => format!("{line}\n"),
            line => format!(" {line}\n"),
        })
        .collect();
    (!comments.is_empty()).then_some(comments)
}
