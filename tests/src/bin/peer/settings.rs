//! The command line.

use std::time::Duration;

use lahja::{Endpoint, EndpointBuilder};
use rustix::fs::Mode;
use tokio::runtime::Builder;

/// What the command line says.
pub(crate) struct Settings {
    endpoint: EndpointBuilder,
    listens: bool,
    multi_thread: bool,
}

impl Settings {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let (Some(directory), Some(name)) = (args.next(), args.next()) else {
            return Err("a directory and a name are missing".to_owned());
        };
        let mut settings = Self {
            endpoint: Endpoint::builder(name).directory(directory),
            listens: true,
            multi_thread: false,
        };
        for arg in args {
            settings = settings.with(&arg)?;
        }
        Ok(settings)
    }

    fn with(mut self, arg: &str) -> Result<Self, String> {
        let (key, value) = arg.split_once('=').unwrap_or((arg, ""));
        let number = || {
            value
                .parse::<u64>()
                .map_err(|error| format!("{arg}: {error}"))
        };
        let millis = || number().map(Duration::from_millis);
        match key {
            "quiet" => self.listens = false,
            "multi-thread" => self.multi_thread = true,
            "umask" => {
                let mode =
                    u32::from_str_radix(value, 8).map_err(|error| format!("{arg}: {error}"))?;
                rustix::process::umask(Mode::from_raw_mode(mode));
            }
            "window" => self.endpoint = self.endpoint.window(number()?),
            "broadcast_timeout" => self.endpoint = self.endpoint.broadcast_timeout(millis()?),
            "handshake_timeout" => self.endpoint = self.endpoint.handshake_timeout(millis()?),
            "request_timeout" => self.endpoint = self.endpoint.request_timeout(millis()?),
            _ => return Err(format!("no setting: {arg}")),
        }
        Ok(self)
    }

    pub(crate) fn runtime(&self) -> Builder {
        let mut builder = match self.multi_thread {
            true => Builder::new_multi_thread(),
            false => Builder::new_current_thread(),
        };
        builder.enable_all();
        builder
    }

    pub(crate) async fn start(self) -> lahja::Result<Endpoint> {
        match self.listens {
            true => self.endpoint.serve().await,
            false => self.endpoint.start().await,
        }
    }
}
