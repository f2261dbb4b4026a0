//! Where a mistake is that protox reports: it says so of most, and the others can be found.

use miette::Diagnostic;

use crate::report::{Sources, Span};

/// How protox reports files that import each other.
pub(super) const CYCLE: &str = "import cycle detected: ";

pub(super) fn find(
    diagnostic: &dyn Diagnostic,
    message: &str,
    file: Option<&str>,
    sources: &Sources,
) -> Option<Span> {
    label(diagnostic, file)
        .or_else(|| import_of_cycle(message, sources))
        .or_else(|| end(file?, message, sources))
        .or_else(|| map_value(file?, message, sources))
}

fn label(diagnostic: &dyn Diagnostic, file: Option<&str>) -> Option<Span> {
    let label = diagnostic.labels()?.last()?;
    let range = label.offset()..label.offset() + label.len();
    let file = file?.to_owned();
    Some(Span { file, range })
}

/// The import that closes the cycle: `a.proto -> b.proto -> a.proto`.
fn import_of_cycle(message: &str, sources: &Sources) -> Option<Span> {
    let mut files = message.strip_prefix(CYCLE)?.rsplit(" -> ");
    let (imported, file) = (files.next()?, files.next()?);
    let import = format!("\"{imported}\"");
    let at = sources.text(file)?.find(&import)?;
    let range = at..at + import.len();
    let file = file.to_owned();
    Some(Span { file, range })
}

fn end(file: &str, message: &str, sources: &Sources) -> Option<Span> {
    if !message.ends_with("but reached end of file") {
        return None;
    }
    let end = sources.text(file)?.trim_end().len();
    let file = file.to_owned();
    Some(Span {
        file,
        range: end..end,
    })
}

/// An unknown type of the values of a map, as in `map<string, Room>`.
fn map_value(file: &str, message: &str, sources: &Sources) -> Option<Span> {
    let name = message.strip_prefix("name '")?.split('\'').next()?;
    let at = sources.text(file)?.find(&format!("{name}>"))?;
    let range = at..at + name.len();
    let file = file.to_owned();
    Some(Span { file, range })
}
