use syn::{Attribute, DeriveInput, Expr, Generics, Ident, Lit, UnOp, Variant};

use super::Name;
use crate::attr::{Doc, NameAttrs, Spanned, takes_none};
use crate::report::Report;

/// An enum of numbers.
pub(crate) struct Enumeration<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) doc: Doc,
    pub(crate) name: Name,
    pub(crate) is_i32: bool,
    /// `#[default]`, the mark of another derive of `Default`.
    pub(crate) default: Option<&'a Attribute>,
    pub(crate) values: Vec<Value<'a>>,
}

/// A name for a number.
pub(crate) struct Value<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) doc: Doc,
    /// `None` if it could not be read, which has been reported.
    pub(crate) number: Option<Spanned<i32>>,
}

impl<'a> Enumeration<'a> {
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let advice = "an enumeration takes `package = \"…\"` and `name = \"…\"`: remove this";
        let attrs = NameAttrs::parse(&input.attrs, advice, report);
        Self {
            ident: &input.ident,
            generics: &input.generics,
            doc: Doc::of(&input.attrs),
            name: Name::of_part(&input.ident, attrs),
            is_i32: is_i32(input),
            default: default(input),
            values: values(input, report),
        }
    }
}

fn is_i32(input: &DeriveInput) -> bool {
    let mut is_i32 = false;
    for attr in input
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("repr"))
    {
        // What else a `repr` says, and whether it may, is rustc's to judge.
        let _ = attr.parse_nested_meta(|meta| {
            is_i32 |= meta.path.is_ident("i32");
            Ok(())
        });
    }
    is_i32
}

fn default(input: &DeriveInput) -> Option<&Attribute> {
    let syn::Data::Enum(data) = &input.data else {
        return None;
    };
    let mut attrs = data.variants.iter().flat_map(|variant| &variant.attrs);
    attrs.find(|attr| attr.path().is_ident("default"))
}

fn values<'a>(input: &'a DeriveInput, report: &mut Report) -> Vec<Value<'a>> {
    let syn::Data::Enum(data) = &input.data else {
        let message = "an enumeration is an enum: write `enum E { A = 0, B = 1 }`, or derive \
                       `lahja::Message` on a struct";
        report.error(&input.ident, message);
        return Vec::new();
    };
    if data.variants.is_empty() {
        let message = "an enumeration has at least one value: write `Unspecified = 0`";
        report.error(&input.ident, message);
    }
    let mut next = 0;
    let mut values = Vec::new();
    for variant in &data.variants {
        let value = Value::parse(variant, next, report);
        next = value
            .number
            .as_ref()
            .map_or(next, |number| number.value)
            .wrapping_add(1);
        values.push(value);
    }
    values
}

impl<'a> Value<'a> {
    /// `next` is the number that suggests itself.
    fn parse(variant: &'a Variant, next: i32, report: &mut Report) -> Self {
        let advice = "a value has nothing to set here: write its number as `A = 1`";
        takes_none(&variant.attrs, advice, report);
        let ident = &variant.ident;
        if !variant.fields.is_empty() {
            let message = "an enumeration's values are mere numbers: remove the fields, or derive \
                           `lahja::Oneof`";
            report.error(&variant.fields, message);
        }
        let number = match &variant.discriminant {
            Some((_, expr)) => number(expr, report),
            None => {
                let message = format!("the number is missing: write `{ident} = {next}`");
                report.error(ident, message);
                None
            }
        };
        let doc = Doc::of(&variant.attrs);
        Self { ident, doc, number }
    }
}

fn number(expr: &Expr, report: &mut Report) -> Option<Spanned<i32>> {
    let Some((digits, span)) = digits(expr) else {
        report.error(expr, "write the number itself, as in `A = 1`");
        return None;
    };
    match digits.parse() {
        Ok(value) => Some(Spanned { value, span }),
        Err(_) => {
            report.error(expr, "an enumeration's numbers have 32 bits and a sign");
            None
        }
    }
}

fn digits(expr: &Expr) -> Option<(String, proc_macro2::Span)> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(int) => Some((int.base10_digits().to_owned(), int.span())),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            let (digits, span) = digits(&unary.expr)?;
            Some((format!("-{digits}"), span))
        }
        Expr::Group(group) => digits(&group.expr),
        Expr::Paren(paren) => digits(&paren.expr),
        _ => None,
    }
}
