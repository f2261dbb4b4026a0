//! Collects the mistakes of an item, so that all of them are reported at once.

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Error, Result};

#[derive(Default)]
pub(crate) struct Report {
    error: Option<Error>,
}

impl Report {
    pub(crate) fn error(&mut self, place: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(place, message));
    }

    pub(crate) fn error_at(&mut self, place: Span, message: impl Display) {
        self.push(Error::new(place, message));
    }

    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.error {
            Some(errors) => errors.combine(error),
            None => self.error = Some(error),
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}
