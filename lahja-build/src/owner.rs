//! Which types other crates generate.

const WELL_KNOWN: &str = ".google.protobuf";

/// The types that are not generated in this run, because `extern_path` says where they are.
#[derive(Clone, Debug)]
pub(crate) struct Externs {
    prefixes: Vec<String>,
}

impl Default for Externs {
    fn default() -> Self {
        Self {
            prefixes: vec![WELL_KNOWN.to_owned()],
        }
    }
}

impl Externs {
    pub(crate) fn insert(&mut self, proto_path: &str) {
        self.prefixes.push(proto_path.to_owned());
    }

    /// Whether another crate owns what has this full name (without a leading dot).
    pub(crate) fn own(&self, full_name: &str) -> bool {
        self.prefixes
            .iter()
            .any(|prefix| is_within(full_name, prefix))
    }
}

/// Whether `lahja` itself makes the type an event, as it does with what `prost_types` has.
pub(crate) fn is_well_known(full_name: &str) -> bool {
    is_within(full_name, WELL_KNOWN)
}

fn is_within(full_name: &str, prefix: &str) -> bool {
    let prefix = prefix.strip_prefix('.').unwrap_or(prefix);
    full_name
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::Externs;

    #[test]
    fn a_path_covers_what_is_in_it_and_not_what_starts_alike() {
        let mut externs = Externs::default();
        externs.insert(".chat.v1");
        for owned in [
            "chat.v1",
            "chat.v1.History",
            "chat.v1.A.B",
            "google.protobuf.Empty",
        ] {
            assert!(externs.own(owned), "{owned}");
        }
        for ours in ["chat", "chat.v10.History", "google.rpc.Status"] {
            assert!(!externs.own(ours), "{ours}");
        }
    }
}
