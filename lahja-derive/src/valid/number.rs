//! The numbers of fields: in range, not reserved, each used once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::RangeInclusive;

use proc_macro2::Span;
use syn::Ident;

use crate::ast::{Field, FieldKind, Variant};
use crate::attr::{FieldAttrs, Spanned};
use crate::report::Report;

const MAX: u32 = (1 << 29) - 1;
const RESERVED: RangeInclusive<u32> = 19_000..=19_999;

pub(super) fn check_fields(fields: &[Field<'_>], report: &mut Report) {
    let mut numbers = Numbers::default();
    for field in fields {
        if let FieldKind::Single { tag, .. } = field.kind {
            numbers.take(field.ident, tag, &field.attrs, report);
        }
    }
    numbers.report_duplicates(report);
}

pub(super) fn check_variants(variants: &[Variant<'_>], report: &mut Report) {
    let mut numbers = Numbers::default();
    for variant in variants {
        match &variant.attrs.tag {
            Some(tag) => numbers.take(variant.ident, tag.value, &variant.attrs, report),
            None => {
                let message = "the number is missing: a oneof shares its numbers with the message \
                               around it, so write one that is free there: `#[event(tag = …)]`";
                report.error(variant.ident, message);
            }
        }
    }
    numbers.report_duplicates(report);
}

/// Who has which number.
#[derive(Default)]
struct Numbers<'a> {
    owners: BTreeMap<u32, &'a Ident>,
    duplicates: Vec<Duplicate<'a>>,
}

struct Duplicate<'a> {
    ident: &'a Ident,
    number: u32,
    /// Where the number is written; `None` if it is the field's position.
    written: Option<Span>,
}

impl<'a> Numbers<'a> {
    fn take(&mut self, ident: &'a Ident, number: u32, attrs: &FieldAttrs, report: &mut Report) {
        check_range(ident, number, attrs.tag.as_ref(), report);
        match self.owners.entry(number) {
            Entry::Vacant(entry) => {
                entry.insert(ident);
            }
            Entry::Occupied(_) => self.duplicates.push(Duplicate {
                ident,
                number,
                written: attrs.tag.as_ref().map(|tag| tag.span),
            }),
        }
    }

    /// Last, when it is known which numbers are free.
    fn report_duplicates(self, report: &mut Report) {
        let mut free = (1..=MAX)
            .filter(|number| !RESERVED.contains(number) && !self.owners.contains_key(number));
        for duplicate in &self.duplicates {
            let advice = match free.next() {
                Some(free) => format!("write `#[event(tag = {free})]`"),
                None => "every number is taken".to_owned(),
            };
            report.error_at(duplicate.place(), duplicate.message(&self.owners, &advice));
        }
    }
}

impl Duplicate<'_> {
    fn place(&self) -> Span {
        self.written.unwrap_or_else(|| self.ident.span())
    }

    fn message(&self, owners: &BTreeMap<u32, &Ident>, advice: &str) -> String {
        let Self { ident, number, .. } = self;
        let by = match self.written {
            Some(_) => "",
            None => " by its position",
        };
        let owner = owners[number];
        format!("`{ident}` has the number {number}{by}, which is `{owner}`'s: {advice}")
    }
}

fn check_range(ident: &Ident, number: u32, tag: Option<&Spanned<u32>>, report: &mut Report) {
    let message = match number {
        0 => "numbers of fields begin with 1".to_owned(),
        number if RESERVED.contains(&number) => {
            "19000 to 19999 are reserved by protobuf: write another number".to_owned()
        }
        number if number > MAX => format!("numbers of fields end with {MAX}"),
        _ => return,
    };
    report.error_at(tag.map_or_else(|| ident.span(), |tag| tag.span), message);
}
