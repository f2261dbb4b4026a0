//! Calls about connections.

use crate::{ConnectionConfig, ConnectionInfo, Endpoint, Result, Stopped};

/// Connecting.
impl Endpoint {
    /// Connects to an endpoint, and returns when events can flow both ways. Waits for one that is
    /// not there yet, up to the connect deadline (10 s). Two endpoints that connect to each other
    /// end up with one connection, and both calls succeed.
    ///
    /// Cancel safe: dropped midway, no attempt is left behind.
    ///
    /// # Errors
    ///
    /// [`Error::ConnectionRejected`](crate::Error::ConnectionRejected),
    /// [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded),
    /// [`Error::InvalidName`](crate::Error::InvalidName),
    /// [`Error::PathTooLong`](crate::Error::PathTooLong),
    /// [`Error::InsecureDirectory`](crate::Error::InsecureDirectory),
    /// [`Error::Io`](crate::Error::Io), [`Error::Stopped`](crate::Error::Stopped).
    pub async fn connect_to(&self, config: impl Into<ConnectionConfig>) -> Result<()> {
        self.core.connect(&config.into()).await
    }

    /// Connects to several endpoints at once. Cancel safe, as `connect_to` is.
    ///
    /// # Errors
    ///
    /// The first error of [`connect_to`](Self::connect_to); the other attempts are given up,
    /// connections that came about stay.
    pub async fn connect_to_all<C>(&self, configs: impl IntoIterator<Item = C>) -> Result<()>
    where
        C: Into<ConnectionConfig>,
    {
        let dials: Result<Vec<_>> = configs
            .into_iter()
            .map(|config| self.core.dial(&config.into()))
            .collect();
        let runs = dials?.into_iter().map(|dial| dial.run());
        futures::future::try_join_all(runs).await?;
        Ok(())
    }

    /// Connects in the background, up to the connect deadline; a failure there is logged.
    ///
    /// # Errors
    ///
    /// What can be told at once: [`Error::InvalidName`](crate::Error::InvalidName),
    /// [`Error::PathTooLong`](crate::Error::PathTooLong),
    /// [`Error::ConnectionRejected`](crate::Error::ConnectionRejected) by this endpoint itself,
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub fn connect_to_nowait(&self, config: impl Into<ConnectionConfig>) -> Result<()> {
        let config = config.into();
        let dial = self.core.dial(&config)?;
        let endpoint = self.core.name.clone();
        self.core.spawn(async move {
            if let Err(error) = dial.run().await {
                tracing::warn!(%endpoint, %error, "connecting in the background failed");
            }
        });
        Ok(())
    }

    /// Says goodbye to one endpoint: lets what is under way arrive, both ways, up to the drain
    /// deadline (5 s). Reports what the other did not confirm by then. Dropped midway, it says
    /// goodbye at once.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnected`](crate::Error::NotConnected).
    pub async fn disconnect_from(&self, name: &str) -> Result<Stopped> {
        self.core.disconnect(name).await
    }

    /// Whether events can flow to and from this endpoint.
    #[must_use]
    pub fn is_connected_to(&self, name: &str) -> bool {
        self.core.is_connected_to(name)
    }

    /// Resolves once events can flow to and from this endpoint. Cancel safe.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn wait_until_connected_to(&self, name: &str) -> Result<()> {
        self.core.wait_for(|| self.core.is_connected_to(name)).await
    }

    /// Resolves once there is no connection to this endpoint: it said goodbye, died, or was never
    /// connected. Cancel safe.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn wait_until_disconnected_from(&self, name: &str) -> Result<()> {
        self.core
            .wait_for(|| !self.core.is_connected_to(name))
            .await
    }

    /// The connected endpoints, sorted by name, with what they subscribe to.
    #[must_use]
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        self.core.connections()
    }
}
