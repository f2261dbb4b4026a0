//! What may be the name of an endpoint, and of an event.

use std::fmt;

const MAX_ENDPOINT_NAME_LEN: usize = 64;
const MAX_EVENT_NAME_LEN: usize = 255;
const SHOWN_CHARS: usize = 64;

/// Checks the name of an endpoint: 1 to 64 characters of `A-Z a-z 0-9 . _ -`, and neither `.` nor
/// `-` first. So it is a file name that no shell and no program takes for anything else.
///
/// # Errors
///
/// The rule that the name breaks.
pub fn check_endpoint_name(name: &str) -> Result<(), NameError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let rule = if name.is_empty() {
        NameRule::Empty
    } else if let Some(c) = name.chars().find(|&c| !allowed(c)) {
        NameRule::Character(c)
    } else if name.len() > MAX_ENDPOINT_NAME_LEN {
        NameRule::TooLong(MAX_ENDPOINT_NAME_LEN)
    } else if name.starts_with(['.', '-']) {
        NameRule::EndpointStart
    } else {
        return Ok(());
    };
    Err(NameError::new(Kind::Endpoint, name, rule))
}

/// Checks the name of an event: a full protobuf name without a leading dot, at most 255 bytes.
///
/// # Errors
///
/// The rule that the name breaks.
pub fn check_event_name(name: &str) -> Result<(), NameError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let rule = if name.is_empty() {
        NameRule::Empty
    } else if let Some(c) = name.chars().find(|&c| !allowed(c)) {
        NameRule::Character(c)
    } else if name.len() > MAX_EVENT_NAME_LEN {
        NameRule::TooLong(MAX_EVENT_NAME_LEN)
    } else if !name.split('.').all(starts_as_identifier) {
        NameRule::Identifiers
    } else {
        return Ok(());
    };
    Err(NameError::new(Kind::Event, name, rule))
}

fn starts_as_identifier(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// A name that breaks a rule of the protocol. It shows the name escaped and cut, fit for a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} name {name} {rule}: it is {}", of.article(), of.grammar())]
pub struct NameError {
    of: Kind,
    name: Shown,
    rule: NameRule,
}

impl NameError {
    fn new(of: Kind, name: &str, rule: NameRule) -> Self {
        let name = Shown::new(name);
        Self { of, name, rule }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Endpoint,
    Event,
}

impl Kind {
    fn article(self) -> &'static str {
        match self {
            Self::Endpoint => "the endpoint",
            Self::Event => "the event",
        }
    }

    fn grammar(self) -> &'static str {
        match self {
            Self::Endpoint => {
                "1 to 64 characters of A-Z a-z 0-9 . _ - of which the first is neither . nor -"
            }
            Self::Event => "a full protobuf name of at most 255 bytes, as in chat.v1.MessagePosted",
        }
    }
}

/// The beginning of what may be hostile, with nothing in it that a terminal obeys.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    start: String,
    is_cut: bool,
}

impl Shown {
    fn new(name: &str) -> Self {
        Self {
            start: name.chars().take(SHOWN_CHARS).collect(),
            is_cut: name.chars().nth(SHOWN_CHARS).is_some(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ellipsis = if self.is_cut { "…" } else { "" };
        write!(f, "\"{}{ellipsis}\"", self.start.escape_default())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameRule {
    Empty,
    TooLong(usize),
    Character(char),
    EndpointStart,
    Identifiers,
}

impl fmt::Display for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::TooLong(max) => write!(f, "is longer than {max} bytes"),
            Self::Character(c) => write!(f, "contains '{}'", c.escape_default()),
            Self::EndpointStart => f.write_str("starts with a dot or a hyphen"),
            Self::Identifiers => {
                f.write_str("is not a row of identifiers with one dot between each two")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a name, without what is right.
    fn complaint(checked: Result<(), NameError>) -> String {
        let error = checked.expect_err("a wrong name was accepted").to_string();
        let (wrong, _) = error
            .split_once(": it is ")
            .expect("it says what a name is");
        wrong.to_owned()
    }

    #[test]
    fn an_error_names_the_name_and_the_rule() {
        assert_eq!(
            complaint(check_endpoint_name("-bob")),
            r#"the endpoint name "-bob" starts with a dot or a hyphen"#
        );
        assert_eq!(
            complaint(check_event_name("chat..Posted")),
            r#"the event name "chat..Posted" is not a row of identifiers with one dot between each two"#
        );
        assert_eq!(
            complaint(check_event_name("")),
            r#"the event name "" is empty"#
        );
    }

    #[test]
    fn an_error_says_what_a_name_is() {
        let of_endpoint = check_endpoint_name("a/b").expect_err("a wrong name was accepted");
        assert!(
            of_endpoint.to_string().contains("A-Z a-z 0-9 . _ -"),
            "{of_endpoint}"
        );
        let of_event = check_event_name(".a").expect_err("a wrong name was accepted");
        assert!(
            of_event.to_string().contains("chat.v1.MessagePosted"),
            "{of_event}"
        );
    }

    #[test]
    fn a_hostile_name_is_shown_escaped() {
        assert_eq!(
            complaint(check_endpoint_name("a\0\x1b[2J\u{202e}")),
            r#"the endpoint name "a\u{0}\u{1b}[2J\u{202e}" contains '\u{0}'"#
        );
    }

    #[test]
    fn a_long_name_is_shown_cut() {
        let shown = complaint(check_endpoint_name(&"a".repeat(64 * 1024)));
        assert_eq!(
            shown,
            format!(
                "the endpoint name \"{}…\" is longer than 64 bytes",
                "a".repeat(64)
            )
        );
    }
}
