//! What a peer can be told to do.

use std::future::pending;
use std::process::Command;
use std::sync::Arc;

use lahja::{Endpoint, Error, EventStream, Received, Subscription};
use lahja_tests::events::{Add, Sum, Tick};
use lahja_tests::eventually;
use tokio::sync::Semaphore;

/// One endpoint, and what it was told so far.
pub(crate) struct Commands {
    endpoint: Endpoint,
    /// How many events the stream may take; only `take` gives it some.
    takes: Arc<Semaphore>,
    answers: Option<Subscription>,
}

type Done = Result<(), String>;

impl Commands {
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            takes: Arc::new(Semaphore::new(0)),
            answers: None,
        }
    }

    /// Does what a line says: what takes time goes on beside the lines that follow.
    pub(crate) async fn obey(&mut self, line: &str) -> Done {
        let words: Vec<_> = line.split_whitespace().collect();
        match words[..] {
            ["connect", name] => self.connect(name.to_owned()),
            ["stream"] => self.stream()?,
            ["take", count] => self.takes.add_permits(parse(count)?),
            ["respond"] => self.respond()?,
            ["respond", "never"] => self.respond_never()?,
            ["request", left, right] => self.request(parse(left)?, parse(right)?),
            ["broadcast", first, end, size] => {
                let ticks = Ticks::new(first, end, size)?;
                tokio::spawn(broadcast(self.endpoint.clone(), ticks));
            }
            ["fill", first, size] => self.fill(parse(first)?, parse(size)?)?,
            ["await", name] => self.await_subscriber(name).await?,
            ["linked", name] => self.await_link(name).await?,
            ["unlinked", name] => self.await_end(name).await,
            ["links"] => self.links(),
            ["adopt"] => adopt()?,
            ["stop"] => self.stop().await,
            _ => return Err(format!("no command: {line}")),
        }
        Ok(())
    }

    fn connect(&self, name: String) {
        let endpoint = self.endpoint.clone();
        tokio::spawn(async move {
            match endpoint.connect_to(name.as_str()).await {
                Ok(()) => println!("connected {name}"),
                Err(error) => println!("failed {error:?}"),
            }
        });
    }

    /// Prints every event that it may take.
    fn stream(&self) -> Done {
        let stream = self.endpoint.stream::<Tick>().map_err(told)?;
        tokio::spawn(print_ticks(stream, self.takes.clone()));
        println!("subscribed");
        Ok(())
    }

    fn respond(&mut self) -> Done {
        let answers = self.endpoint.respond(|add: Received<Add>| async move {
            println!("asked");
            Sum {
                value: add.left + add.right,
            }
        });
        self.answers = Some(answers.map_err(told)?);
        println!("responding");
        Ok(())
    }

    fn respond_never(&mut self) -> Done {
        let answers = self.endpoint.respond(|_: Received<Add>| async {
            let _told = TellDrop;
            println!("asked");
            pending::<Sum>().await
        });
        self.answers = Some(answers.map_err(told)?);
        println!("responding");
        Ok(())
    }

    fn request(&self, left: i64, right: i64) {
        let endpoint = self.endpoint.clone();
        tokio::spawn(async move {
            match endpoint.request(Add { left, right }).await {
                Ok(sum) => println!("answer {}", sum.value),
                Err(error) => println!("failed {error:?}"),
            }
        });
    }

    /// Sends without waiting until a receiver has no room.
    fn fill(&self, first: u64, size: usize) -> Done {
        for number in first.. {
            match self.endpoint.broadcast_nowait(Tick::of_size(number, size)) {
                Ok(_) => {}
                Err(Error::Full { .. }) => {
                    println!("full {number}");
                    break;
                }
                Err(error) => return Err(told(error)),
            }
        }
        Ok(())
    }

    async fn await_subscriber(&self, name: &str) -> Done {
        let subscribed = self
            .endpoint
            .wait_until_endpoint_subscribed_to::<Tick>(name);
        subscribed.await.map_err(told)?;
        println!("subscriber {name}");
        Ok(())
    }

    async fn await_link(&self, name: &str) -> Done {
        let linked = self.endpoint.wait_until_connected_to(name);
        linked.await.map_err(told)?;
        println!("linked {name}");
        Ok(())
    }

    async fn await_end(&self, name: &str) {
        let gone = || !self.endpoint.is_connected_to(name);
        eventually("the end of a link", gone).await;
        println!("unlinked {name}");
    }

    fn links(&self) {
        let names: Vec<_> = self
            .endpoint
            .connections()
            .into_iter()
            .map(|info| info.name)
            .collect();
        println!("links {}", names.join(" "));
    }

    async fn stop(&self) {
        let stopped = self.endpoint.stop().await;
        let events: usize = stopped.unconfirmed().iter().map(|peer| peer.events).sum();
        println!("stopped {events}");
    }
}

/// Starts a process that lives as long as stdin is open, whatever becomes of this one.
fn adopt() -> Done {
    let script = "echo adopted; exec cat >/dev/null";
    let shell = Command::new("sh").args(["-c", script]).spawn();
    shell.map(drop).map_err(|error| format!("sh: {error}"))
}

struct Ticks {
    numbers: std::ops::Range<u64>,
    size: usize,
}

impl Ticks {
    fn new(first: &str, end: &str, size: &str) -> Result<Self, String> {
        Ok(Self {
            numbers: parse(first)?..parse(end)?,
            size: parse(size)?,
        })
    }
}

/// Sends them one after the other, and tells how many deliveries came of them.
async fn broadcast(endpoint: Endpoint, ticks: Ticks) {
    let mut deliveries = 0;
    for number in ticks.numbers {
        match endpoint.broadcast(Tick::of_size(number, ticks.size)).await {
            Ok(sent) => deliveries += sent.count(),
            Err(Error::Stopped { .. }) => break,
            Err(error) => {
                println!("failed {error:?}");
                return;
            }
        }
    }
    println!("sent {deliveries}");
}

async fn print_ticks(mut stream: EventStream<Tick>, takes: Arc<Semaphore>) {
    while let Ok(permit) = takes.acquire().await {
        let Some(tick) = stream.next().await else {
            break;
        };
        permit.forget();
        println!("tick {} {}", tick.number, tick.missed());
    }
    println!("ended");
}

/// Tells that a handler's future was dropped.
struct TellDrop;

impl Drop for TellDrop {
    fn drop(&mut self) {
        println!("cancelled");
    }
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(word: &str) -> Result<T, String> {
    word.parse().map_err(|error| format!("{word}: {error}"))
}

fn told(error: Error) -> String {
    format!("{error:?}")
}
