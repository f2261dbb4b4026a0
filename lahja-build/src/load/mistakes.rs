//! What protox says about a file, in the form in which all mistakes are shown.

use std::path::Path;

use miette::Diagnostic;
use protox::Error;

use super::places;
use crate::report::{Mistake, Sources};

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
    let message = message(diagnostic);
    let helps = [
        diagnostic.help().map(|help| help.to_string()),
        advice(&message),
    ];
    let span = places::find(diagnostic, &message, file, sources);
    let mistake = match file {
        Some(file) if span.is_none() => {
            Mistake::new(format!("{message}, in `{}`", sources.shown(file)))
        }
        _ => Mistake::at(span, message),
    };
    helps.into_iter().flatten().fold(mistake, Mistake::help)
}

/// What protox can't know, or leaves to the reader.
fn advice(message: &str) -> Option<String> {
    let advice = if message.ends_with("but found 'edition'") {
        "editions are not supported: write `syntax = \"proto3\";`"
    } else if message.contains("'lahja.event' is not defined") {
        "write `import \"lahja.proto\";` above"
    } else if message.contains("option '(lahja.event)'") {
        "it takes `response: \"…\"` and `type_id: …`"
    } else if message.starts_with("name '") && message.ends_with("' is not defined") {
        "declare it, or import the file that does"
    } else if message.starts_with("import '") && message.ends_with("not found") {
        "it is looked up in the include folders that build.rs gives: add its own, or correct the path"
    } else if message.starts_with(places::CYCLE) {
        "move what both need to a file of its own, which each imports"
    } else {
        return None;
    };
    Some(advice.to_owned())
}

/// With its cause, as in "error opening file: permission denied".
fn message(diagnostic: &dyn Diagnostic) -> String {
    let cause = match diagnostic.diagnostic_source() {
        Some(cause) => Some(cause.to_string()),
        None => diagnostic.source().map(|cause| cause.to_string()),
    };
    let message = diagnostic.to_string();
    cause.map_or_else(|| message.clone(), |cause| format!("{message}: {cause}"))
}

fn not_found(proto: &Path, error: &Error) -> Mistake {
    let path = proto.display();
    if !proto.exists() {
        return Mistake::new(format!("there is no file `{path}`"))
            .help("paths are relative to the folder of Cargo.toml, or to an include folder");
    }
    let folder = proto.parent().unwrap_or(Path::new(".")).display();
    Mistake::new(error.to_string())
        .help(format!("add its folder to the includes: `&[\"{folder}\"]`"))
}
