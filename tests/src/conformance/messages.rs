//! The messages of `conformance.proto` in JSON.

use lahja::prost_types::Timestamp;
use serde_json::{Map, Value};

use super::field::{message, put};
use super::proto::{
    Answer, Ask, Choice, Fail, Hang, Inner, Lists, Maps, Note, Optionals, Renumbered, Scalars,
    Touched, Tree, choice,
};
use super::{Fields, Item};

message!(Note { number, text });
message!(Ask { text });
message!(Answer { by, text });
message!(Fail { text });
message!(Hang {});
message!(Touched {});
message!(Renumbered {});
message!(Scalars {
    double,
    float,
    int32,
    int64,
    uint32,
    uint64,
    sint32,
    sint64,
    fixed32,
    fixed64,
    sfixed32,
    sfixed64,
    bool,
    string,
    bytes,
});
message!(Optionals {
    double,
    int32,
    uint64,
    bool,
    string,
    bytes,
    colour,
    inner
});
message!(Inner { number, text });
message!(Lists {
    doubles,
    sint32s,
    fixed64s,
    bools,
    colours,
    strings,
    bytes,
    inners,
    unpacked,
});
message!(Maps {
    strings,
    inners,
    doubles,
    bytes,
    colours
});
message!(Tree {
    number,
    left,
    others
});
message!(Timestamp { seconds, nanos });

/// `google.protobuf.Empty`.
impl Item for () {
    fn to_json(&self) -> Value {
        Value::Object(Map::new())
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        Fields::of(json)?.finish()
    }

    fn is_default(&self) -> bool {
        false
    }
}

impl Item for Choice {
    fn to_json(&self) -> Value {
        let mut object = Map::new();
        put(&mut object, "colour", &self.colour);
        put(&mut object, "at", &self.at);
        if let Some(choice) = &self.choice {
            let (name, json) = match choice {
                choice::Choice::Number(number) => ("number", number.to_json()),
                choice::Choice::Text(text) => ("text", text.to_json()),
                choice::Choice::Inner(inner) => ("inner", inner.to_json()),
                choice::Choice::Other(other) => ("other", other.to_json()),
                choice::Choice::Nothing(nothing) => ("nothing", nothing.to_json()),
            };
            object.insert(name.to_owned(), json);
        }
        Value::Object(object)
    }

    fn from_json(json: &Value) -> Result<Self, String> {
        let mut fields = Fields::of(json)?;
        let message = Self {
            colour: fields.take("colour")?,
            at: fields.take("at")?,
            choice: fields.take_any().map(read_choice).transpose()?,
        };
        fields.finish()?;
        Ok(message)
    }

    fn is_default(&self) -> bool {
        false
    }
}

fn read_choice((name, json): (String, Value)) -> Result<choice::Choice, String> {
    Ok(match &*name {
        "number" => choice::Choice::Number(Item::from_json(&json)?),
        "text" => choice::Choice::Text(Item::from_json(&json)?),
        "inner" => choice::Choice::Inner(Item::from_json(&json)?),
        "other" => choice::Choice::Other(Item::from_json(&json)?),
        "nothing" => choice::Choice::Nothing(Item::from_json(&json)?),
        other => return Err(format!("{other} is no choice")),
    })
}
