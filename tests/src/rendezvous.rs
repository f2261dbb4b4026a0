//! Where the endpoints of one test meet.

use std::path::{Path, PathBuf};

use lahja::{Endpoint, EndpointBuilder};
use tempfile::TempDir;

/// A directory of the test's own, gone with it.
#[derive(Debug)]
pub struct Rendezvous {
    path: PathBuf,
    _parent: TempDir,
}

impl Rendezvous {
    /// A new one.
    ///
    /// # Panics
    ///
    /// If the system gives no directory.
    #[must_use]
    pub fn new() -> Self {
        let parent = tempfile::tempdir().expect("a temporary directory");
        Self {
            path: parent.path().to_owned(),
            _parent: parent,
        }
    }

    /// One that the first endpoint has to make.
    ///
    /// # Panics
    ///
    /// If the system gives no directory.
    #[must_use]
    pub fn to_be_made() -> Self {
        let parent = tempfile::tempdir().expect("a temporary directory");
        Self {
            path: parent.path().join("to").join("be-made"),
            _parent: parent,
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the endpoint of this name listens.
    #[must_use]
    pub fn socket(&self, name: &str) -> PathBuf {
        self.path().join(format!("{name}.ipc"))
    }

    /// An endpoint to be in this process.
    pub fn builder(&self, name: &str) -> EndpointBuilder {
        Endpoint::builder(name).directory(self.path())
    }

    /// An endpoint in this process that listens.
    ///
    /// # Panics
    ///
    /// If the endpoint does not start.
    pub async fn serve(&self, name: &str) -> Endpoint {
        let endpoint = self.builder(name).serve().await;
        endpoint.unwrap_or_else(|error| panic!("{name} does not start: {error}"))
    }
}

impl Default for Rendezvous {
    fn default() -> Self {
        Self::new()
    }
}
