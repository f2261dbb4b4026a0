//! Where an endpoint is, and how an event is sent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::options::bounded;

/// Which endpoint is meant: its name, and the directory of its socket.
///
/// `&str` and `String` convert, meaning [`from_name`](Self::from_name).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionConfig {
    name: String,
    directory: Option<PathBuf>,
}

impl ConnectionConfig {
    /// The endpoint of this name in the default directory: `$LAHJA_DIR`, else
    /// `$XDG_RUNTIME_DIR/lahja`, else `lahja-<uid>` under the temporary directory. An endpoint
    /// that was built with another directory looks for its peers there.
    pub fn from_name(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            directory: None,
        }
    }

    /// The endpoint of this name in this directory.
    pub fn from_name_in(name: impl Into<String>, directory: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            directory: Some(directory.into()),
        }
    }

    /// The endpoint's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }
}

impl From<&str> for ConnectionConfig {
    fn from(name: &str) -> Self {
        Self::from_name(name)
    }
}

impl From<String> for ConnectionConfig {
    fn from(name: String) -> Self {
        Self::from_name(name)
    }
}

impl From<&ConnectionConfig> for ConnectionConfig {
    fn from(config: &ConnectionConfig) -> Self {
        config.clone()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Audience {
    #[default]
    Everyone,
    Internal,
    Only(String),
}

/// To whom an event goes, and what must hold for that.
///
/// ```
/// use std::time::Duration;
/// use lahja::BroadcastConfig;
///
/// let config = BroadcastConfig::to("bob").require_subscriber().timeout(Duration::from_secs(1));
/// assert!(config.allowed_to_receive("bob"));
/// assert!(!config.allowed_to_receive("carol"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct BroadcastConfig {
    audience: Audience,
    pub(crate) require_subscriber: bool,
    pub(crate) wait_for_subscriber: bool,
    pub(crate) require_all: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) headers: BTreeMap<String, String>,
}

impl BroadcastConfig {
    /// To every subscriber, as a plain `broadcast` does.
    pub fn new() -> Self {
        Self::default()
    }

    /// To the endpoint of this name alone.
    pub fn to(name: impl Into<String>) -> Self {
        Self {
            audience: Audience::Only(name.into()),
            ..Self::default()
        }
    }

    /// To the subscribers of the sending endpoint alone.
    pub fn internal() -> Self {
        Self {
            audience: Audience::Internal,
            ..Self::default()
        }
    }

    /// Fails with [`Error::NoSubscribers`](crate::Error::NoSubscribers) if nobody subscribes.
    pub fn require_subscriber(mut self) -> Self {
        self.require_subscriber = true;
        self
    }

    /// Waits until somebody subscribes, up to the timeout; then fails as
    /// [`require_subscriber`](Self::require_subscriber) does. For start-up without sleeps. The
    /// receivers of a broadcast then have as long again to make room.
    pub fn wait_for_subscriber(mut self) -> Self {
        self.wait_for_subscriber = true;
        self
    }

    /// Fails with [`Error::Stalled`](crate::Error::Stalled) if one receiver does not get it,
    /// though others did.
    pub fn require_all(mut self) -> Self {
        self.require_all = true;
        self
    }

    /// How long to wait, instead of the endpoint's default for broadcasts or requests.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(bounded(timeout));
        self
    }

    /// Adds a header, as in `header("traceparent", "00-…")`. A second of the same key replaces
    /// the first.
    pub fn header(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(key.into(), value.into());
        self
    }

    /// Whether the endpoint of this name may get the event. The sender's own subscribers count as
    /// its name; what is [`internal`](Self::internal) goes to no other.
    #[must_use]
    pub fn allowed_to_receive(&self, name: &str) -> bool {
        match &self.audience {
            Audience::Everyone => true,
            Audience::Internal => false,
            Audience::Only(only) => only == name,
        }
    }

    /// The endpoint that alone may get the event, if there is one.
    pub(crate) fn only(&self) -> Option<&str> {
        match &self.audience {
            Audience::Only(only) => Some(only),
            Audience::Everyone | Audience::Internal => None,
        }
    }

    /// Whether the subscribers of the sender, whose name is `own`, may get the event.
    pub(crate) fn allows_self(&self, own: &str) -> bool {
        self.audience == Audience::Internal || self.allowed_to_receive(own)
    }
}
