use syn::Generics;

use crate::report::Report;

/// One type, one name: `S<A>` and `S<B>` would be two events, or two messages, of one name.
pub(super) fn forbid(generics: &Generics, report: &mut Report) {
    if !generics.params.is_empty() {
        let message = "protobuf has no generic types, and what travels owns its data: write a type \
                       without parameters and lifetimes, as `String` for `&str`";
        report.error(generics, message);
    } else if let Some(clause) = &generics.where_clause {
        report.error(clause, "nothing to constrain: remove the `where` clause");
    }
}
