//! The message that `response: "…"` names.

use prost_reflect::{DescriptorPool, FileDescriptor, MessageDescriptor};

use super::Input;
use super::scope::{self, Found};
use crate::report::{Mistake, Span};

/// Its full name.
pub(super) fn resolve(
    input: Input<'_>,
    request: &MessageDescriptor,
    name: &str,
    span: Option<Span>,
) -> Result<String, Mistake> {
    match scope::resolve(input.pool, request.full_name(), name) {
        Found::Message(message) => {
            check_import(request, &message, span)?;
            Ok(message.full_name().to_owned())
        }
        Found::Enum(full_name) => Err(Mistake::at(
            span,
            format!(
                "`{full_name}` is an enum, and only a message can answer `{}`",
                request.full_name()
            ),
        )
        .help(format!(
            "wrap it: `message …Response {{ {full_name} value = 1; }}`, and name that"
        ))),
        Found::Nothing => Err(unknown(input.pool, request, name, span)),
    }
}

fn unknown(
    pool: &DescriptorPool,
    request: &MessageDescriptor,
    name: &str,
    span: Option<Span>,
) -> Mistake {
    let message = format!(
        "there is no message `{name}` that could answer `{}`",
        request.full_name()
    );
    let mistake = Mistake::at(span, message);
    match like_it(pool, name) {
        Some(other) => mistake.help(format!("is it `.{}`?", other.full_name())),
        None => mistake.help(
            "name a message as the type of a field would be: relative to this message, \
             or `.fully.qualified`",
        ),
    }
}

/// A message that differs in its package or in upper and lower case alone.
fn like_it(pool: &DescriptorPool, name: &str) -> Option<MessageDescriptor> {
    let last = name.rsplit('.').next()?;
    pool.all_messages()
        .find(|message| message.name().eq_ignore_ascii_case(last) && !message.is_map_entry())
}

/// What is used must be imported, so that a file means the same in every run.
fn check_import(
    request: &MessageDescriptor,
    response: &MessageDescriptor,
    span: Option<Span>,
) -> Result<(), Mistake> {
    let file = response.parent_file();
    if sees(&request.parent_file(), &file) {
        return Ok(());
    }
    let message = format!(
        "`{}` is declared in a file that is not imported here",
        response.full_name()
    );
    Err(Mistake::at(span, message).help(format!("write `import \"{}\";` above", file.name())))
}

fn sees(from: &FileDescriptor, file: &FileDescriptor) -> bool {
    from == file || from.dependencies().any(|import| passes_on(&import, file))
}

fn passes_on(import: &FileDescriptor, file: &FileDescriptor) -> bool {
    import == file
        || import
            .public_dependencies()
            .any(|next| passes_on(&next, file))
}
