//! Writes the `.proto` files of events, for programs in other languages.
//!
//! `cargo run -p lahja-examples --bin export -- proto`

use lahja::Event;
use lahja::schema::Schema;
use lahja_examples::{Result, command_line, show_help};
use request_api::GetSomethingRequest;

mod request_api {
    lahja::include_proto!("request_api.v1");
}

const HELP: &str = "\
Writes the .proto files of some events, of which one is a struct and one comes from such a file.

usage: export <folder>";

/// Somebody asks for the weather somewhere.
#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "weather.v1", response = Weather)]
struct GetWeather {
    /// The name of a city.
    city: String,
}

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(package = "weather.v1")]
struct Weather {
    celsius: f32,
    sky: Sky,
}

#[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
#[repr(i32)]
enum Sky {
    Unspecified = 0,
    Clear = 1,
    Cloudy = 2,
}

fn main() -> Result {
    let folder = command_line();
    if folder.is_empty() || folder.starts_with('-') {
        return show_help(&folder, HELP);
    }
    // What they contain and are answered with comes along.
    let schema = Schema::new()
        .event::<GetWeather>()
        .event::<GetSomethingRequest>();
    let files = schema.build()?;
    files.write_to(&folder)?;
    for file in files.iter() {
        println!("{folder}/{}", file.name());
    }
    Ok(())
}
