//! The commands about an endpoint.

use std::future::poll_fn;
use std::task::Poll;

use lahja::{Endpoint, Error, Event};
use lahja_tests::conformance::proto::{Ask, Fail, Hang, Note, Touched};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::answer::{Answer, Problem};
use crate::command::Command;
use crate::requests::{Pending, config, request};
use crate::running::{Notes, Running};

type Done = Result<Answer, Problem>;

/// The endpoint that runs, if one does, and what came to the last one.
#[derive(Default)]
pub(crate) struct Live {
    running: Option<Running>,
    notes: Option<Notes>,
    started: Option<JoinHandle<lahja::Result<Value>>>,
}

impl Live {
    pub(crate) async fn obey(&mut self, command: &Command) -> Done {
        match command.name() {
            "serve" => self.serve(command).await,
            "connect" => self.connect(command).await,
            "wait_subscribed" => self.wait_subscribed(command).await,
            "broadcast" => self.broadcast(command).await,
            "take_notes" => self.take_notes(command).await,
            "request" => answered(request(self.endpoint()?, command)?.await),
            "start_request" => self.start_request(command).await,
            "finish_request" => self.finish_request().await,
            "wait_gone" => self.wait_gone(command).await,
            "stop" => self.stop().await,
            other => Err(format!("no command: {other}").into()),
        }
    }

    fn endpoint(&self) -> Result<&Endpoint, Problem> {
        let running = self.running.as_ref();
        Ok(&running.ok_or("no endpoint runs")?.endpoint)
    }

    async fn serve(&mut self, command: &Command) -> Done {
        if self.running.is_some() {
            return Err("an endpoint runs".into());
        }
        let name: String = command.get("name")?;
        let directory: String = command.get("directory")?;
        let mut builder = Endpoint::builder(name.as_str()).directory(directory);
        if let Some(bytes) = command.size("compress_above")? {
            builder = builder.compress_above(bytes);
        }
        if let Some(bytes) = command.number("window")? {
            builder = builder.window(bytes);
        }
        if let Some(bytes) = command.size("max_frame_len")? {
            builder = builder.max_frame_len(bytes);
        }
        let (running, notes) = Running::new(builder.serve().await?, &name)?;
        self.running = Some(running);
        self.notes = Some(notes);
        Ok(Answer::nothing())
    }

    async fn connect(&self, command: &Command) -> Done {
        let to: String = command.get("to")?;
        self.endpoint()?.connect_to(to).await?;
        Ok(Answer::nothing())
    }

    async fn wait_subscribed(&self, command: &Command) -> Done {
        let to: String = command.get("to")?;
        let kind: String = command.get("type")?;
        let endpoint = self.endpoint()?;
        match &*kind {
            Note::NAME => subscribed::<Note>(endpoint, &to).await,
            Ask::NAME => subscribed::<Ask>(endpoint, &to).await,
            Fail::NAME => subscribed::<Fail>(endpoint, &to).await,
            Hang::NAME => subscribed::<Hang>(endpoint, &to).await,
            Touched::NAME => subscribed::<Touched>(endpoint, &to).await,
            other => Err(format!("{other} is subscribed to by nobody").into()),
        }
    }

    async fn broadcast(&self, command: &Command) -> Done {
        let first = command.number("first")?.ok_or("first is missing")?;
        let count = command.number("count")?.ok_or("count is missing")?;
        let text: String = command.get("text")?;
        let config = config(command)?;
        let endpoint = self.endpoint()?;
        let mut delivered = 0;
        for number in (first..).zip(0..count).map(|(number, _)| number) {
            let note = Note {
                number,
                text: text.clone(),
            };
            match endpoint.broadcast_with(note, config.clone()).await {
                Ok(sent) => delivered += sent.count(),
                Err(Error::Stalled { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Answer::Done(json!({ "delivered": delivered })))
    }

    async fn take_notes(&mut self, command: &Command) -> Done {
        let count = command.size("count")?.ok_or("count is missing")?;
        let collected = self.notes.as_mut().ok_or("no endpoint ran")?;
        let mut notes = Vec::new();
        while notes.len() < count {
            match collected.recv().await {
                Some(note) => notes.push(note),
                None => return Err(format!("only {} came before the end", notes.len()).into()),
            }
        }
        Ok(Answer::Done(json!({ "notes": notes })))
    }

    async fn start_request(&mut self, command: &Command) -> Done {
        if self.started.is_some() {
            return Err("a request was started".into());
        }
        let mut pending: Pending = request(self.endpoint()?, command)?;
        // The first poll sends it, as far as there is room.
        let started = match poll_fn(|context| Poll::Ready(pending.as_mut().poll(context))).await {
            Poll::Ready(answer) => tokio::spawn(async { answer }),
            Poll::Pending => tokio::spawn(pending),
        };
        self.started = Some(started);
        Ok(Answer::nothing())
    }

    async fn finish_request(&mut self) -> Done {
        let started = self.started.take().ok_or("no request was started")?;
        answered(started.await.map_err(|error| error.to_string())?)
    }

    async fn wait_gone(&self, command: &Command) -> Done {
        let name: String = command.get("name")?;
        self.endpoint()?.wait_until_disconnected_from(&name).await?;
        Ok(Answer::nothing())
    }

    async fn stop(&mut self) -> Done {
        let running = self.running.take().ok_or("no endpoint runs")?;
        running.stop().await;
        Ok(Answer::nothing())
    }
}

async fn subscribed<E: Event>(endpoint: &Endpoint, to: &str) -> Done {
    endpoint.wait_until_endpoint_subscribed_to::<E>(to).await?;
    Ok(Answer::nothing())
}

fn answered(answer: lahja::Result<Value>) -> Done {
    Ok(Answer::Done(json!({ "value": answer? })))
}
