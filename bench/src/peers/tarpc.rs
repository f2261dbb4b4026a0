//! tarpc, over a Unix socket.

use std::path::Path;

use anyhow::Result;
use bytes::Bytes;
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use tarpc::context::{self, Context};
use tarpc::serde_transport::unix;
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Bincode;

use super::{Peer, version};
use crate::calls::{self, Asker};
use crate::job::Role;
use crate::seat::Seat;
use crate::stamp::Stamp;
use crate::work::Work;

#[tarpc::service]
trait Bench {
    async fn ask(number: u64, time: u64, payload: Bytes) -> (u64, u64, Bytes);
}

pub(super) struct Tarpc;

impl Peer for Tarpc {
    fn name(&self) -> &'static str {
        "tarpc"
    }

    fn version(&self) -> String {
        version::of("tarpc")
    }

    fn configuration(&self) -> &'static str {
        "bincode, a task per request, current-thread runtimes; requests alone, as it has no events"
    }

    fn does(&self, work: &Work) -> bool {
        work.is_requests()
    }

    fn play(&self, seat: Seat) -> LocalBoxFuture<'_, Result<()>> {
        play(seat).boxed_local()
    }
}

async fn play(seat: Seat) -> Result<()> {
    let path = seat.job.place.join("tarpc");
    if seat.job.role == Role::Host {
        serve(&path).await?;
        seat.listening();
        seat.ready();
        seat.over().await;
        return Ok(());
    }
    let transport = unix::connect(path, Bincode::default).await?;
    let client = BenchClient::new(tarpc::client::Config::default(), transport).spawn();
    let payload = Bytes::from(vec![0; seat.work().len - Stamp::LEN]);
    calls::ask(&seat, Client { client, payload }).await
}

async fn serve(path: &Path) -> Result<()> {
    let mut connections = unix::listen(path, Bincode::default).await?;
    tokio::spawn(async move {
        while let Some(Ok(transport)) = connections.next().await {
            let requests = BaseChannel::with_defaults(transport).execute(Echo.serve());
            tokio::spawn(requests.for_each(async |request| drop(tokio::spawn(request))));
        }
    });
    Ok(())
}

#[derive(Clone)]
struct Echo;

impl Bench for Echo {
    async fn ask(self, _: Context, number: u64, time: u64, payload: Bytes) -> (u64, u64, Bytes) {
        (number, time, payload)
    }
}

struct Client {
    client: BenchClient,
    payload: Bytes,
}

impl Asker for Client {
    async fn ask(&self, Stamp { number, time }: Stamp) -> Result<Stamp> {
        let payload = self.payload.clone();
        let call = self.client.ask(context::current(), number, time, payload);
        let (number, time, _) = call.await?;
        Ok(Stamp { number, time })
    }
}
