//! The rules of protobuf for names, and of lahja for their length.

use syn::Ident;
use syn::ext::IdentExt;

use crate::ast::Name;
use crate::report::Report;

const MAX_LEN: usize = 255;

pub(super) fn check(name: &Name, report: &mut Report) {
    check_package(name, report);
    check_name(name, report);
    check_len(name, report);
}

/// The name of a field, a variant or a value.
pub(super) fn check_word(ident: &Ident, report: &mut Report) {
    let word = ident.unraw().to_string();
    if !is_identifier(&word) {
        let message = format!("`{word}` is no name in protobuf: write `A-Z a-z 0-9 _` alone");
        report.error(ident, message);
    }
}

fn check_package(name: &Name, report: &mut Report) {
    let Some(written) = &name.package else {
        return;
    };
    let package = &written.value;
    if is_path(package) || (package.is_empty() && !name.package_is_crate) {
        return;
    }
    let message = match name.package_is_crate {
        true => format!(
            "the crate's name `{package}` is no protobuf package: write \
             `#[event(package = \"…\")]`"
        ),
        false => format!(
            "`{package}` is no protobuf package: write words of `A-Z a-z 0-9 _`, none beginning \
             with a digit, with dots between them, as in \"chat.v1\""
        ),
    };
    report.error_at(written.span, message);
}

fn check_name(
    Name {
        name: written,
        package_is_crate,
        ..
    }: &Name,
    report: &mut Report,
) {
    let name = &written.value;
    if *package_is_crate && name.contains('.') {
        let message = "the package is said apart from the name: write \
                       `#[event(package = \"chat.v1\", name = \"MessagePosted\")]`";
        report.error_at(written.span, message);
    } else if !is_path(name) {
        let message = format!(
            "`{name}` is no name in protobuf: write \
             `#[event(name = \"…\")]` with `A-Z a-z 0-9 _`, not beginning with a digit"
        );
        report.error_at(written.span, message);
    }
}

fn check_len(name: &Name, report: &mut Report) {
    let len = name.full_name().len();
    if len > MAX_LEN {
        let message = format!("the full name has {len} bytes, and may have {MAX_LEN}");
        report.error_at(name.name.span, message);
    }
}

fn is_path(path: &str) -> bool {
    path.split('.').all(is_identifier)
}

fn is_identifier(word: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    word.bytes().all(is_word) && word.starts_with(|first: char| !first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_path;

    #[test]
    fn protobuf_names_are_ascii_words_with_dots_between() {
        for path in ["a", "chat.v1", "_x.Y_2"] {
            assert!(is_path(path), "{path:?} is a name");
        }
        for path in [
            "", ".", "chat.", ".chat", "a..b", "1a", "a.1", "a-b", "é", "a b",
        ] {
            assert!(!is_path(path), "{path:?} is no name");
        }
    }
}
