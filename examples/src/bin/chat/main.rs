//! A chat room and its guest: one has its events from `proto/chat.proto`, the other declares them
//! in Rust. They understand each other.
//!
//! `cargo run -p lahja-examples --bin chat`

mod guest;
mod room;

use lahja::ConnectionConfig;
use lahja_examples::{Interruption, Processes, Result, command_line, end_with_parent, show_help};

const HELP: &str = "\
A chat room, and a guest in another process who posts two messages.

usage: chat [--serve]

  --serve  open the room for guests of your own, until Ctrl-C

The room is the endpoint `chat-room` in the default directory, its events are those of
examples/proto/chat.proto: it answers chat_room.v1.PostMessage and chat_room.v1.GetHistory, and
broadcasts chat_room.v1.MessagePosted.";

#[tokio::main]
async fn main() -> Result {
    match command_line().as_str() {
        "" => room_and_guest().await,
        "--serve" => serve().await,
        "guest" => {
            end_with_parent();
            guest::visit().await
        }
        other => show_help(other, HELP),
    }
}

async fn room_and_guest() -> Result {
    let mut processes = Processes::new()?;
    let place = ConnectionConfig::from_name_in(room::NAME, processes.directory());
    let room = room::open(place).await?;
    processes.start("guest")?;
    let visited = processes.finish().await;
    room.stop().await;
    visited
}

async fn serve() -> Result {
    let mut interruption = Interruption::new()?;
    let room = room::open(room::NAME.into()).await?;
    println!("{} is open", room.name());
    interruption.arrives().await;
    room.stop().await;
    Ok(())
}
