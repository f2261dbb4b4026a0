//! The grammar: `#[event(flag, name = value, list(…))]`.
//!
//! A value is kept as tokens until the place knows what it should be, so a wrong value costs only
//! itself and the arguments beside it are still read.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Result, Token, parenthesized, token};

use crate::report::Report;

/// A value, and where it was written.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// One argument of `#[event(…)]`.
pub(crate) struct Arg {
    pub(crate) name: Ident,
    value: Value,
}

enum Value {
    Flag,
    Assigned(TokenStream),
    List(TokenStream),
}

/// The arguments of all `#[event(…)]` of an item, a field or a variant.
pub(crate) fn args(attrs: &[Attribute], report: &mut Report) -> Vec<Arg> {
    let mut args = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("event")) {
        match parse(attr) {
            Ok(parsed) => args.extend(parsed),
            Err(error) => report.push(error),
        }
    }
    args
}

fn parse(attr: &Attribute) -> Result<Punctuated<Arg, Token![,]>> {
    let Meta::List(list) = &attr.meta else {
        let message = "arguments are missing: write `#[event(…)]`, or remove it";
        return Err(syn::Error::new_spanned(attr, message));
    };
    list.parse_args_with(Punctuated::parse_terminated)
}

impl Parse for Arg {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = Ident::parse_any(input)
            .map_err(|error| syn::Error::new(error.span(), "expected `name` or `name = value`"))?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Assigned(up_to_comma(input)?)
        } else if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            Value::List(content.parse()?)
        } else {
            Value::Flag
        };
        Ok(Self { name, value })
    }
}

fn up_to_comma(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

impl Arg {
    /// The argument as a mere name; `usage` is how to write it.
    pub(crate) fn flag(&self, usage: &str, report: &mut Report) -> Option<Span> {
        match &self.value {
            Value::Flag => Some(self.name.span()),
            Value::Assigned(_) | Value::List(_) => {
                let message = format!("`{}` takes no value: write `{usage}`", self.name);
                report.error(&self.name, message);
                None
            }
        }
    }

    /// What follows `name =`; `usage` is how to write it.
    pub(crate) fn assigned<T: Parse>(&self, usage: &str, report: &mut Report) -> Option<T> {
        match &self.value {
            Value::Assigned(tokens) => self.value_of(tokens, usage, report),
            Value::Flag | Value::List(_) => self.misused(usage, report),
        }
    }

    /// What stands in `name(…)`; `usage` is how to write it.
    pub(crate) fn list<T: Parse>(&self, usage: &str, report: &mut Report) -> Option<T> {
        match &self.value {
            Value::List(tokens) => self.value_of(tokens, usage, report),
            Value::Flag | Value::Assigned(_) => self.misused(usage, report),
        }
    }

    /// Sets what may be set once.
    pub(crate) fn set<T>(&self, slot: &mut Option<T>, value: Option<T>, report: &mut Report) {
        if slot.is_some() {
            report.error(&self.name, format!("`{}` is there twice", self.name));
        } else {
            *slot = value;
        }
    }

    fn value_of<T: Parse>(
        &self,
        tokens: &TokenStream,
        usage: &str,
        report: &mut Report,
    ) -> Option<T> {
        match syn::parse2(tokens.clone()) {
            Ok(value) => Some(value),
            Err(_) if tokens.is_empty() => self.misused(usage, report),
            Err(_) => {
                report.error(
                    tokens,
                    format!("not a value of `{}`: write `{usage}`", self.name),
                );
                None
            }
        }
    }

    fn misused<T>(&self, usage: &str, report: &mut Report) -> Option<T> {
        let message = format!("`{}` takes a value: write `{usage}`", self.name);
        report.error(&self.name, message);
        None
    }
}
