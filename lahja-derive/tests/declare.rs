//! What the derives give: names, type IDs, requests, and encodings that follow the types.

use std::collections::{BTreeMap, HashMap};

use lahja::prost::Message as _;
use lahja::prost::bytes::Bytes;
use lahja::{Event, Request, TypeId};

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1")]
struct MessagePosted {
    room: String,
    text: String,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "chat.v1", name = "GetHistory", type_id = 0x2a, response = History)]
struct AskForHistory {
    room: String,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
struct History {
    messages: Vec<MessagePosted>,
}

#[test]
fn the_full_name_is_the_package_and_the_name() {
    assert_eq!(MessagePosted::NAME, "chat.v1.MessagePosted");
    assert_eq!(MessagePosted::TYPE_ID.get(), 0xcbdd_c68f_00a3_8370);
    assert_eq!(AskForHistory::NAME, "chat.v1.GetHistory");
}

#[test]
fn the_package_defaults_to_the_crates_name() {
    assert_eq!(History::NAME, "lahja_derive.History");
    assert_eq!(History::TYPE_ID, TypeId::of("lahja_derive.History"));
}

#[test]
fn an_empty_package_is_none() {
    #[derive(Clone, Debug, Default, lahja::Event)]
    #[event(package = "")]
    struct Ping;

    assert_eq!(Ping::NAME, "Ping");
}

#[test]
fn a_raw_identifier_is_named_without_its_mark() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "p")]
    #[allow(non_camel_case_types)]
    struct r#match {
        r#type: u32,
    }

    assert_eq!(r#match::NAME, "p.match");
    let error = r#match::decode(&[0x0d, 1][..]).expect_err("a wire type that is no varint's");
    assert!(error.to_string().contains("match.type"), "{error}");
}

#[test]
fn a_type_id_may_be_set_and_the_name_stays() {
    assert_eq!(AskForHistory::TYPE_ID.get(), 0x2a);
}

#[test]
fn a_response_makes_a_request() {
    fn response_of<R: Request>() -> &'static str {
        R::Response::NAME
    }
    assert_eq!(response_of::<AskForHistory>(), History::NAME);
}

#[test]
fn a_response_is_named_by_its_path() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1", response = self::History)]
    struct Refresh {}

    assert_eq!(<Refresh as Request>::Response::NAME, History::NAME);
    assert_eq!(Refresh {}.encode_to_vec(), []);
}

#[test]
fn numbers_are_positions_unless_set() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Numbers {
        one: bool,
        #[event(tag = 5)]
        five: bool,
        three: bool,
    }

    let all = Numbers {
        one: true,
        five: true,
        three: true,
    };
    assert_eq!(all.encode_to_vec(), [1 << 3, 1, 3 << 3, 1, 5 << 3, 1]);
}

#[test]
fn encodings_follow_aliases() {
    type Blob = Vec<u8>;
    type Maybe<T> = Option<T>;
    type Table = HashMap<u32, Blob>;

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Aliased {
        blob: Blob,
        maybe: Maybe<Box<Self>>,
        table: Table,
        shared: Bytes,
    }

    let aliased = Aliased {
        blob: vec![7, 8],
        maybe: Some(Box::default()),
        table: HashMap::from([(1, vec![9])]),
        shared: Bytes::from_static(&[10]),
    };
    let bytes = aliased.encode_to_vec();
    assert_eq!(
        bytes,
        [
            0x0a, 2, 7, 8, 0x12, 0, 0x1a, 5, 0x08, 1, 0x12, 1, 9, 0x22, 1, 10
        ]
    );
    assert_eq!(Aliased::decode(&bytes[..]), Ok(aliased));
}

#[test]
fn well_known_types_are_messages() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Meeting {
        at: Option<lahja::prost_types::Timestamp>,
        nothing: Option<()>,
    }

    let meeting = Meeting {
        at: Some(lahja::prost_types::Timestamp {
            seconds: 1,
            nanos: 0,
        }),
        nothing: Some(()),
    };
    assert_eq!(meeting.encode_to_vec(), [0x0a, 2, 0x08, 1, 0x12, 0]);
}

#[test]
fn what_is_not_on_the_wire_does_not_come_from_default() {
    #[derive(Clone, Debug, PartialEq, lahja::Message)]
    struct Server {
        port: u32,
    }

    impl Default for Server {
        fn default() -> Self {
            Self { port: 8080 }
        }
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Cluster {
        leader: Option<Server>,
        all: Vec<Server>,
        named: BTreeMap<String, Server>,
    }

    let zero = Server { port: 0 };
    assert_eq!(Server::decode(&[][..]), Ok(zero.clone()));
    assert_eq!(Server::decode_length_delimited(&[0][..]), Ok(zero.clone()));

    let cluster = Cluster {
        leader: Some(zero.clone()),
        all: vec![zero.clone(), Server::default()],
        named: BTreeMap::from([("a".into(), zero), ("b".into(), Server::default())]),
    };
    let bytes = cluster.encode_to_vec();
    assert_eq!(bytes.len(), cluster.encoded_len());
    assert_eq!(Cluster::decode(&bytes[..]), Ok(cluster));
}

#[test]
fn a_struct_that_prost_encodes_gets_the_rest_alone() {
    use lahja::prost;

    #[derive(Clone, PartialEq, prost::Message, lahja::Event)]
    #[prost(prost_path = "::lahja::prost")]
    #[event(package = "chat.v1", response = History)]
    struct ByItsFields {
        #[prost(string, tag = "2")]
        room: String,
    }

    #[derive(Clone, PartialEq, prost::Message, lahja::Event)]
    #[prost(prost_path = "::lahja::prost")]
    #[event(package = "chat.v1", prost)]
    struct ByItsAttribute {}

    #[derive(Clone, PartialEq, prost::Message, lahja::Message)]
    #[prost(prost_path = "::lahja::prost")]
    struct NoEvent {}

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct All {
        first: Option<ByItsFields>,
        second: Vec<ByItsAttribute>,
        third: Option<NoEvent>,
    }

    assert_eq!(ByItsFields::NAME, "chat.v1.ByItsFields");
    assert_eq!(ByItsAttribute::NAME, "chat.v1.ByItsAttribute");
    let all = All {
        first: Some(ByItsFields { room: "a".into() }),
        second: vec![ByItsAttribute {}],
        third: Some(NoEvent {}),
    };
    assert_eq!(
        all.encode_to_vec(),
        [0x0a, 3, 0x12, 1, b'a', 0x12, 0, 0x1a, 0]
    );
}

#[test]
fn clear_empties_every_field() {
    let mut message = MessagePosted {
        room: "rust".into(),
        text: "hi".into(),
    };
    message.clear();
    assert_eq!(message, MessagePosted::default());
}

#[test]
fn attributes_may_come_from_a_macros_fragments() {
    macro_rules! event {
        ($name:ident, $package:literal, $tag:expr, $field:meta, $response:ty) => {
            #[derive(Clone, Debug, Default, lahja::Event)]
            #[event(package = $package, response = $response)]
            struct $name {
                #[event(tag = $tag, $field)]
                number: i32,
            }
        };
    }
    event!(Counted, "macros.v1", 3, sint32, History);

    assert_eq!(Counted::NAME, "macros.v1.Counted");
    assert_eq!(Counted { number: -1 }.encode_to_vec(), [3 << 3, 1]);
}
