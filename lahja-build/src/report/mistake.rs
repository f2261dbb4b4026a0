//! One mistake of a user.

use super::snippet::Snippet;
use super::{Sources, Span};

/// What is wrong, where, and what to write instead.
#[derive(Debug)]
pub(crate) struct Mistake {
    message: String,
    span: Option<Span>,
    helps: Vec<String>,
}

impl Mistake {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span: None,
            helps: Vec::new(),
        }
    }

    pub(crate) fn at(span: Option<Span>, message: impl Into<String>) -> Self {
        Self {
            span,
            ..Self::new(message)
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// In the form that rustc has, for eyes that are used to it.
    pub(crate) fn render(&self, sources: &Sources) -> String {
        let mut text = format!("error: {}\n", self.message);
        let mut margin = String::from(" ");
        if let Some(snippet) = self.span.as_ref().and_then(|span| sources.snippet(span)) {
            margin = snippet.margin();
            text.push_str(&snippet.to_string());
        } else if let Some(span) = &self.span {
            text.push_str(&format!(" --> {}\n", sources.shown(&span.file)));
        }
        for help in &self.helps {
            text.push_str(&format!("{margin}= help: {help}\n"));
        }
        text
    }
}

impl Sources {
    fn snippet(&self, span: &Span) -> Option<Snippet> {
        let text = self.text(&span.file)?;
        Some(Snippet::new(self.shown(&span.file), text, &span.range))
    }
}
