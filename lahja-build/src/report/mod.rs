//! Mistakes, and how they are shown.

mod mistake;
mod snippet;
mod source;

use std::collections::HashSet;
use std::fmt;

pub(crate) use mistake::Mistake;
pub(crate) use source::{Sources, Span};

/// All mistakes of a run, as text.
#[derive(Debug)]
pub(crate) struct Report {
    mistakes: Vec<String>,
}

impl Report {
    /// One mistake may be met several times, as a broken file is that several import: it is told once.
    pub(crate) fn new(mistakes: &[Mistake], sources: &Sources) -> Self {
        let mut seen = HashSet::new();
        let mistakes = mistakes
            .iter()
            .map(|mistake| mistake.render(sources))
            .filter(|text| seen.insert(text.clone()))
            .collect();
        Self { mistakes }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mistakes.len() {
            1 => writeln!(f, "a mistake in what lahja-build was given")?,
            count => writeln!(f, "{count} mistakes in what lahja-build was given")?,
        }
        for mistake in &self.mistakes {
            write!(f, "\n{mistake}")?;
        }
        Ok(())
    }
}
