//! Derived types as protobuf descriptors.

use prost_types::field_descriptor_proto::{Label, Type as Number};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    MessageOptions, OneofDescriptorProto,
};

use super::collect::{Derived, Types};
use crate::declaration::{Field, Kind, Member, Shape, Type, Value};

/// What an item is described by.
#[derive(Debug)]
pub(super) enum Descriptor {
    Message(DescriptorProto),
    Enumeration(EnumDescriptorProto),
}

pub(super) fn describe(derived: &Derived, types: &Types) -> Descriptor {
    let name = derived.full_name.rsplit('.').next().map(str::to_owned);
    match &derived.item.kind {
        Kind::Message { event, members } => {
            // That there are options is all of them that `prost_types` can say.
            let options = event.as_ref().map(|_| MessageOptions::default());
            let mut message = DescriptorProto {
                name,
                options,
                ..Default::default()
            };
            let scope = &derived.full_name;
            for member in *members {
                Builder {
                    message: &mut message,
                    scope,
                    types,
                }
                .member(member);
            }
            add_synthetic_oneofs(&mut message);
            Descriptor::Message(message)
        }
        Kind::Enumeration(values) => Descriptor::Enumeration(EnumDescriptorProto {
            name,
            value: values.iter().map(value).collect(),
            ..Default::default()
        }),
    }
}

fn value(value: &Value) -> EnumValueDescriptorProto {
    EnumValueDescriptorProto {
        name: Some(value.name.to_owned()),
        number: Some(value.number),
        options: None,
    }
}

/// `optional` is a oneof of one field, behind those that were written.
fn add_synthetic_oneofs(message: &mut DescriptorProto) {
    for field in &mut message.field {
        if field.proto3_optional() {
            field.oneof_index = Some(message.oneof_decl.len() as i32);
            message.oneof_decl.push(OneofDescriptorProto {
                name: Some(format!("_{}", field.name())),
                options: None,
            });
        }
    }
}

struct Builder<'a> {
    message: &'a mut DescriptorProto,
    scope: &'a str,
    types: &'a Types,
}

impl Builder<'_> {
    fn member(&mut self, member: &Member) {
        match member {
            Member::Field(field) => {
                let field = self.field(field);
                self.message.field.push(field);
            }
            Member::Oneof { name, oneof, .. } => {
                let oneof_index = Some(self.message.oneof_decl.len() as i32);
                for field in oneof().fields {
                    let field = FieldDescriptorProto {
                        oneof_index,
                        ..self.field(field)
                    };
                    self.message.field.push(field);
                }
                self.message.oneof_decl.push(OneofDescriptorProto {
                    name: Some((*name).to_owned()),
                    options: None,
                });
            }
        }
    }

    fn field(&mut self, field: &Field) -> FieldDescriptorProto {
        let Field { name, number, .. } = *field;
        match field.shape {
            Shape::Implicit(value) => self.single(name, number, value, Label::Optional),
            Shape::Repeated(value) => self.single(name, number, value, Label::Repeated),
            Shape::Explicit(value) => FieldDescriptorProto {
                // A message is there or not in any case.
                proto3_optional: (!matches!(value, Type::Message(_))).then_some(true),
                ..self.single(name, number, value, Label::Optional)
            },
            Shape::Map(key, value) => self.map(name, number, key, value),
        }
    }

    fn single(&self, name: &str, number: u32, value: Type, label: Label) -> FieldDescriptorProto {
        let mut field = FieldDescriptorProto {
            name: Some(name.to_owned()),
            json_name: Some(json_name(name)),
            number: Some(number as i32),
            ..Default::default()
        };
        field.set_label(label);
        field.set_type(type_number(value));
        if let Type::Message(named) | Type::Enumeration(named) = value {
            field.type_name = Some(format!(".{}", self.types.full_name(named)));
        }
        field
    }

    /// A map is a list of entries, which are a message of their own.
    fn map(&mut self, name: &str, number: u32, key: Type, value: Type) -> FieldDescriptorProto {
        let entry = format!("{}Entry", camel_case(name, true));
        let mut field = FieldDescriptorProto {
            type_name: Some(format!(".{}.{entry}", self.scope)),
            ..self.single(name, number, Type::Bool, Label::Repeated)
        };
        field.set_type(Number::Message);
        self.message.nested_type.push(DescriptorProto {
            name: Some(entry),
            field: vec![
                self.single("key", 1, key, Label::Optional),
                self.single("value", 2, value, Label::Optional),
            ],
            options: Some(MessageOptions {
                map_entry: Some(true),
                ..Default::default()
            }),
            ..Default::default()
        });
        field
    }
}

fn type_number(value: Type) -> Number {
    match value {
        Type::Bool => Number::Bool,
        Type::Bytes => Number::Bytes,
        Type::Double => Number::Double,
        Type::Fixed32 => Number::Fixed32,
        Type::Fixed64 => Number::Fixed64,
        Type::Float => Number::Float,
        Type::Int32 => Number::Int32,
        Type::Int64 => Number::Int64,
        Type::Sfixed32 => Number::Sfixed32,
        Type::Sfixed64 => Number::Sfixed64,
        Type::Sint32 => Number::Sint32,
        Type::Sint64 => Number::Sint64,
        Type::String => Number::String,
        Type::Uint32 => Number::Uint32,
        Type::Uint64 => Number::Uint64,
        Type::Message(_) => Number::Message,
        Type::Enumeration(_) => Number::Enum,
    }
}

/// As protoc derives it.
fn json_name(name: &str) -> String {
    camel_case(name, false)
}

fn camel_case(name: &str, mut upper: bool) -> String {
    let mut camel_case = String::new();
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else {
            camel_case.push(if upper {
                letter.to_ascii_uppercase()
            } else {
                letter
            });
            upper = false;
        }
    }
    camel_case
}
