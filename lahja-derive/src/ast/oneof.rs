use syn::{DeriveInput, Fields, Generics, Ident, Type};

use crate::attr::{Doc, FieldAttrs, takes_none};
use crate::report::Report;

/// An enum of which a message holds at most one value.
pub(crate) struct Oneof<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) doc: Doc,
    pub(crate) variants: Vec<Variant<'a>>,
}

/// One of the values.
pub(crate) struct Variant<'a> {
    pub(crate) attrs: FieldAttrs,
    pub(crate) doc: Doc,
    pub(crate) ident: &'a Ident,
    /// `None` if it does not hold one value, which has been reported.
    pub(crate) ty: Option<&'a Type>,
}

impl<'a> Oneof<'a> {
    pub(crate) fn parse(input: &'a DeriveInput, report: &mut Report) -> Self {
        let advice = "a oneof has nothing to set here: remove this";
        takes_none(&input.attrs, advice, report);
        Self {
            ident: &input.ident,
            generics: &input.generics,
            doc: Doc::of(&input.attrs),
            variants: variants(input, report),
        }
    }
}

fn variants<'a>(input: &'a DeriveInput, report: &mut Report) -> Vec<Variant<'a>> {
    let syn::Data::Enum(data) = &input.data else {
        let message = "a oneof is an enum: write `enum O { #[event(tag = 1)] A(String) }`, or \
                       derive `lahja::Message` on a struct";
        report.error(&input.ident, message);
        return Vec::new();
    };
    if data.variants.is_empty() {
        report.error(&input.ident, "a oneof has at least one variant");
    }
    data.variants
        .iter()
        .map(|variant| Variant::parse(variant, report))
        .collect()
}

impl<'a> Variant<'a> {
    fn parse(variant: &'a syn::Variant, report: &mut Report) -> Self {
        Self {
            attrs: FieldAttrs::parse(&variant.attrs, report),
            doc: Doc::of(&variant.attrs),
            ident: &variant.ident,
            ty: single_type(variant, report),
        }
    }
}

fn single_type<'a>(variant: &'a syn::Variant, report: &mut Report) -> Option<&'a Type> {
    if let Fields::Unnamed(fields) = &variant.fields {
        if let [field] = Vec::from_iter(&fields.unnamed)[..] {
            takes_none(&field.attrs, "write this above the variant", report);
            return Some(&field.ty);
        }
    }
    let ident = &variant.ident;
    let advice = match &variant.fields {
        Fields::Unit => format!("write `{ident}(())` if nothing is to be said with it"),
        _ => format!("write `{ident}(Type)`, with a message if it is to hold more"),
    };
    report.error(
        variant,
        format!("a oneof's variant holds one value: {advice}"),
    );
    None
}
