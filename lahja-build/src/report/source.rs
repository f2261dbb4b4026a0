//! The files that mistakes are in.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A piece of a file, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// As `import` names it.
    pub(crate) file: String,
    pub(crate) range: Range<usize>,
}

/// The files that were read, by the name under which they are imported.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    files: HashMap<String, Source>,
}

#[derive(Clone, Debug)]
struct Source {
    path: Option<PathBuf>,
    text: String,
}

impl Sources {
    pub(crate) fn insert(&mut self, name: &str, path: Option<PathBuf>, text: String) {
        self.files.insert(name.to_owned(), Source { path, text });
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|source| source.text.as_str())
    }

    /// Where the files lie on disk, sorted.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<_> = self
            .files
            .values()
            .filter_map(|f| f.path.as_deref())
            .collect();
        paths.sort_unstable();
        paths
    }

    /// How the file is shown to people: where it lies, if that is known.
    pub(crate) fn shown(&self, name: &str) -> String {
        let path = self.files.get(name).and_then(|file| file.path.as_deref());
        path.map_or_else(|| name.to_owned(), |path| path.display().to_string())
    }

    /// The place as `file:line`.
    pub(crate) fn line_of(&self, span: &Span) -> String {
        let before = self
            .text(&span.file)
            .and_then(|t| t.get(..span.range.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        format!("{}:{line}", self.shown(&span.file))
    }

    /// The bytes of a `source_code_info` span: `[line, column, (line,) column]`, from 0.
    pub(crate) fn span(&self, file: &str, lines_and_columns: &[i32]) -> Option<Span> {
        let text = self.text(file)?;
        let (start, end) = match *lines_and_columns {
            [line, from, to] => ((line, from), (line, to)),
            [line, from, end_line, to] => ((line, from), (end_line, to)),
            _ => return None,
        };
        let range = offset(text, start)?..offset(text, end)?;
        Some(Span {
            file: file.to_owned(),
            range,
        })
    }

    /// The piece of `span` that spells `word`, or else all of it.
    pub(crate) fn narrow(&self, span: Span, word: &str) -> Span {
        let within = self
            .text(&span.file)
            .and_then(|text| text.get(span.range.clone()));
        let Some(at) = within.and_then(|text| text.find(word)) else {
            return span;
        };
        let start = span.range.start + at;
        Span {
            range: start..start + word.len(),
            ..span
        }
    }
}

fn offset(text: &str, (line, column): (i32, i32)) -> Option<usize> {
    let line = usize::try_from(line).ok()?;
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    Some(starts.into_iter().nth(line)? + usize::try_from(column).ok()?)
}
