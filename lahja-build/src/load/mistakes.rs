//! What protox says about a file, in the form in which all mistakes are shown.

use std::path::Path;

use miette::Diagnostic;
use protox::Error;

use crate::report::{Mistake, Sources, Span};

/// All mistakes of the file that the error holds: the first is the error itself.
pub(super) fn explain(proto: &Path, error: &Error, sources: &Sources) -> Vec<Mistake> {
    if error.is_file_not_found() && error.labels().is_none() {
        return vec![not_found(proto, error)];
    }
    let related = error.related().into_iter().flatten();
    std::iter::once(error as &dyn Diagnostic)
        .chain(related)
        .map(|diagnostic| translate(diagnostic, error.file(), sources))
        .collect()
}

fn translate(diagnostic: &dyn Diagnostic, file: Option<&str>, sources: &Sources) -> Mistake {
    let span = span(diagnostic, file);
    let text = span
        .as_ref()
        .and_then(|span| sources.text(&span.file)?.get(span.range.clone()));
    let is_edition = text == Some("edition");
    let mut mistake = Mistake::at(span, message(diagnostic));
    if let Some(help) = diagnostic.help() {
        mistake = mistake.help(help.to_string());
    }
    if is_edition {
        mistake = mistake.help("editions are not supported: write `syntax = \"proto3\";`");
    }
    mistake
}

/// With its cause, as in "error opening file: permission denied".
fn message(diagnostic: &dyn Diagnostic) -> String {
    let message = diagnostic.to_string();
    match std::error::Error::source(diagnostic) {
        Some(cause) => format!("{message}: {cause}"),
        None => message,
    }
}

fn span(diagnostic: &dyn Diagnostic, file: Option<&str>) -> Option<Span> {
    let file = file?.to_owned();
    let label = diagnostic.labels()?.last()?;
    let range = label.offset()..label.offset() + label.len();
    Some(Span { file, range })
}

fn not_found(proto: &Path, error: &Error) -> Mistake {
    let path = proto.display();
    if !proto.exists() {
        return Mistake::new(format!("there is no file `{path}`"))
            .help("paths are relative to the folder of Cargo.toml");
    }
    let folder = proto.parent().unwrap_or(Path::new(".")).display();
    Mistake::new(error.to_string())
        .help(format!("add its folder to the includes: `&[\"{folder}\"]`"))
}
