//! The room, with its events from the .proto file.

use std::sync::{Arc, Mutex, PoisonError};

use chat_room::{GetHistory, History, MessagePosted, PostMessage};
use lahja::{ConnectionConfig, Endpoint, Received, Result};

mod chat_room {
    lahja::include_proto!("chat_room.v1");
}

pub(crate) const NAME: &str = "chat-room";

/// What was posted, in order.
#[derive(Clone, Default)]
struct Messages(Arc<Mutex<Vec<MessagePosted>>>);

/// Runs until the endpoint stops.
pub(crate) async fn open(place: ConnectionConfig) -> Result<Endpoint> {
    let endpoint = Endpoint::serve(place).await?;
    let messages = Messages::default();

    let past = messages.clone();
    let get_history = move |_: Received<GetHistory>| {
        let messages = past.all();
        async { History { messages } }
    };
    endpoint.respond(get_history)?.detach();

    let everyone = endpoint.clone();
    let post = move |request: Received<PostMessage>| {
        let message = message(&request);
        println!("{} posts: {}", message.author, message.text);
        messages.add(message.clone());
        let everyone = everyone.clone();
        async move { everyone.broadcast(message).await.map(drop) }
    };
    endpoint.respond(post)?.detach();
    Ok(endpoint)
}

fn message(request: &Received<PostMessage>) -> MessagePosted {
    MessagePosted {
        author: request.origin().to_owned(),
        text: request.text.clone(),
    }
}

impl Messages {
    fn add(&self, message: MessagePosted) {
        let mut messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push(message);
    }

    fn all(&self) -> Vec<MessagePosted> {
        let messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.clone()
    }
}
