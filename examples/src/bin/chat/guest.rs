//! The guest, who has no .proto file: the same names and the same fields in the same order are
//! the same events.

use lahja::{Endpoint, Event};
use lahja_examples::Result;

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat_room.v1", response = ())]
struct PostMessage {
    text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat_room.v1", response = History)]
struct GetHistory {}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat_room.v1")]
struct History {
    messages: Vec<MessagePosted>,
}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "chat_room.v1")]
struct MessagePosted {
    author: String,
    text: String,
}

pub(crate) async fn visit() -> Result {
    let endpoint = Endpoint::new("guest").await?;
    let mut posted = endpoint.stream::<MessagePosted>()?;
    endpoint.connect_to("chat-room").await?;
    endpoint
        .wait_until_endpoint_subscribed_to::<PostMessage>("chat-room")
        .await?;

    for text in ["Hello!", "Is anybody there?"] {
        let text = text.to_owned();
        endpoint.request(PostMessage { text }).await?;
        if let Some(message) = posted.next().await {
            println!("guest hears {}: {}", message.author, message.text);
        }
    }
    let history = endpoint.request(GetHistory {}).await?;
    println!("guest looks back at {} messages", history.messages.len());
    endpoint.stop().await;
    Ok(())
}
