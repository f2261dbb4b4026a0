//! One process asks, another answers.
//!
//! `cargo run -p lahja-examples --bin request_api`

use lahja::Endpoint;
use lahja_examples::{Processes, Result, command_line, end_with_parent, show_help};
use request_api::{DeliverSomethingResponse, GetSomethingRequest};

mod request_api {
    lahja::include_proto!("request_api.v1");
}

const HELP: &str = "\
One process asks another for something, three times.

usage: request_api";

const REQUESTS: usize = 3;

#[tokio::main]
async fn main() -> Result {
    match command_line().as_str() {
        "" => both().await,
        "answer" => answer().await,
        "ask" => ask().await,
        other => show_help(other, HELP),
    }
}

async fn both() -> Result {
    let mut processes = Processes::new()?;
    processes.start("answer")?;
    processes.start("ask")?;
    processes.finish().await
}

async fn answer() -> Result {
    end_with_parent();
    let endpoint = Endpoint::serve("answering").await?;
    let mut requests = endpoint.stream::<GetSomethingRequest>()?.take(REQUESTS);
    while let Some(request) = requests.next().await {
        let payload = "Yay".to_owned();
        request.reply(DeliverSomethingResponse { payload })?;
    }
    endpoint.stop().await;
    Ok(())
}

async fn ask() -> Result {
    end_with_parent();
    let endpoint = Endpoint::new("asking").await?;
    endpoint.connect_to("answering").await?;
    endpoint
        .wait_until_any_endpoint_subscribed_to::<GetSomethingRequest>()
        .await?;

    for _ in 0..REQUESTS {
        println!("Requesting");
        let answer = endpoint.request(GetSomethingRequest {}).await?;
        println!("Got answer: {}", answer.payload);
    }
    endpoint.stop().await;
    Ok(())
}
