//! `rpc GetHistory(GetHistory)`: which protoc and buf do not compile, though protox does.

use prost_reflect::{MessageDescriptor, MethodDescriptor};

use super::Input;
use super::place::Place;
use super::rpc::{INPUT, OUTPUT};

/// A warning for each message of an rpc whose name is read as an rpc's by other compilers: they look
/// it up in the service first. Programs in other languages could not use such a file.
pub(crate) fn warnings(input: Input<'_>) -> Vec<String> {
    let services = input.pool.services();
    let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    let warnings = methods.flat_map(|method| {
        let parts = [(INPUT, method.input()), (OUTPUT, method.output())];
        parts.map(|(part, message)| warning(input, &method, part, &message))
    });
    warnings.flatten().collect()
}

fn warning(
    input: Input<'_>,
    method: &MethodDescriptor,
    part: i32,
    message: &MessageDescriptor,
) -> Option<String> {
    let span = method.span_of(&[part], input.sources)?;
    let text = input.sources.text(&span.file)?;
    let spelled = text.get(span.range.clone())?.trim();
    let first = spelled.split('.').next()?;
    let service = method.parent_service();
    service.methods().find(|other| other.name() == first)?;
    Some(format!(
        "{}: protoc and buf take `{spelled}` for the rpc of that name, and refuse it: \
         write `{}`, so that other languages can use the file",
        input.sources.line_of(&span),
        message.full_name(),
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::declare::Skip;
    use crate::load::load;
    use crate::owner::Externs;

    fn warnings_about(service: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("chat.proto");
        let proto = format!(
            "syntax = \"proto3\";\npackage chat.v1;\nmessage Get {{}}\nmessage Got {{}}\n{service}\n"
        );
        fs::write(&path, proto).expect("it can be written");
        let loaded = load(&[&path], &[folder.path()]);
        assert!(loaded.mistakes.is_empty());
        warnings(Input {
            pool: &loaded.pool,
            sources: &loaded.sources,
            externs: &Externs::default(),
            skip: &Skip::default(),
            is_complete: true,
            keep_enum_prefix: false,
        })
    }

    #[test]
    fn a_message_with_the_name_of_an_rpc_is_to_be_named_in_full() {
        let warnings = warnings_about("service Chat {\n  rpc Get(Get) returns (Got);\n}");
        let [warning] = &warnings[..] else {
            panic!("one warning, not {warnings:?}");
        };
        assert!(warning.contains("chat.proto:6: "), "{warning}");
        assert!(warning.contains("write `chat.v1.Get`"), "{warning}");
    }

    #[test]
    fn the_name_of_another_rpc_of_the_service_hides_an_answer_too() {
        let service =
            "service Chat { rpc Ask(Get) returns (Got); rpc Got(chat.v1.Got) returns (Got); }";
        assert_eq!(warnings_about(service).len(), 2);
    }

    #[test]
    fn other_names_are_nobodys_business() {
        let service = "service Chat { rpc Get(chat.v1.Get) returns (.chat.v1.Got); rpc Ask(Get) returns (Got); }";
        assert_eq!(warnings_about(service).len(), 1, "of `Ask(Get)`");
        assert!(warnings_about("service Chat { rpc Ask(Get) returns (Got); }").is_empty());
    }
}
