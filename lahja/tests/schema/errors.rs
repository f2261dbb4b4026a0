//! What protobuf cannot say, and what is said about it.

use lahja::schema::{Error, Schema};

/// What is wrong with the events, in words.
macro_rules! error {
    ($($event:ty),+) => {
        Schema::new()$(.event::<$event>())+.build().expect_err("it cannot be exported")
    };
}

#[track_caller]
fn assert_says(error: &Error, expected: &str) {
    assert!(error.to_string().contains(expected), "{error}");
}

mod foreign {
    use lahja::prost::{self, bytes};

    #[derive(Clone, PartialEq, lahja::prost::Message, lahja::Event)]
    #[prost(prost_path = "::lahja::prost")]
    #[event(package = "chat.v1", prost)]
    pub(crate) struct Posted {
        #[prost(string, tag = "1")]
        pub(crate) text: String,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    pub(crate) struct ByHand;

    impl prost::Message for ByHand {
        fn encode_raw(&self, _: &mut impl bytes::BufMut) {}

        fn merge_field(
            &mut self,
            tag: u32,
            wire_type: prost::encoding::WireType,
            buf: &mut impl bytes::Buf,
            ctx: prost::encoding::DecodeContext,
        ) -> Result<(), prost::DecodeError> {
            prost::encoding::skip_field(wire_type, tag, buf, ctx)
        }

        fn encoded_len(&self) -> usize {
            0
        }

        fn clear(&mut self) {}
    }

    impl lahja::Event for ByHand {
        const NAME: &'static str = "chat.v1.ByHand";
    }
}

#[test]
fn what_something_else_encodes_is_not_known() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    struct Reposted {
        posted: Option<foreign::Posted>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1", response = foreign::ByHand)]
    struct Ask {}

    let error = error!(Reposted);
    assert_says(
        &error,
        "foreign::Posted`, which `chat.v1.Reposted` contains, does not say",
    );
    assert!(matches!(error, Error::Undeclared { user: Some(_), .. }));
    assert!(matches!(
        error!(foreign::Posted),
        Error::Undeclared { user: None, .. }
    ));
    assert!(matches!(
        error!(foreign::ByHand),
        Error::Undeclared { user: None, .. }
    ));
    assert_says(&error!(Ask), "foreign::ByHand`, which");
}

#[test]
fn what_two_packages_use_says_to_which_it_belongs() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Author {}

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    struct Posted {
        author: Option<Author>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "mail.v1")]
    struct Sent {
        author: Option<Author>,
    }

    let error = error!(Posted, Sent);
    assert_says(
        &error,
        "Author` is used in the packages `chat.v1` and `mail.v1`",
    );
    assert!(matches!(error, Error::SeveralPackages { .. }));
}

mod one {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    pub(crate) struct Posted {
        pub(crate) text: String,
        pub(crate) mood: Option<Mood>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    pub(crate) struct Mood {
        pub(crate) happy: bool,
    }
}

#[test]
fn two_types_of_one_name_are_the_same_type() {
    /// Other documentation is no difference, nor is another order.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1", name = "Posted")]
    struct Alike {
        #[event(tag = 2)]
        mood: Option<Mood>,
        #[event(tag = 1)]
        text: String,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Mood {
        happy: bool,
    }

    let files = Schema::new()
        .event::<one::Posted>()
        .event::<Alike>()
        .build();
    let files = files.expect("they are alike");
    let texts: String = files.iter().map(lahja::schema::ProtoFile::text).collect();
    assert_eq!(texts.matches("message Posted").count(), 1, "{texts}");
    assert_eq!(texts.matches("message Mood").count(), 1, "{texts}");
}

#[test]
fn two_types_of_one_name_that_are_not_the_same_are_named() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    struct Posted {
        #[event(sint32)]
        text: i32,
    }

    let error = error!(one::Posted, Posted);
    assert_says(
        &error,
        "`chat.v1.Posted` is declared twice, and not alike, by `schema::errors::one::Posted` and",
    );
    assert!(matches!(error, Error::Differs { .. }));
}

#[test]
fn a_difference_in_what_is_alike_outside_is_found() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    struct Posted {
        text: String,
        mood: Option<Mood>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    struct Mood {
        happy: u32,
    }

    assert_says(
        &error!(one::Posted, Posted),
        "`chat.v1.Mood` is declared twice",
    );
}

#[test]
fn neighbours_have_different_names() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    struct Posted {
        text: String,
        #[event(oneof)]
        body: Option<Body>,
    }

    #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
    enum Body {
        #[event(tag = 3)]
        Text(String),
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "chat.v1")]
    #[allow(non_snake_case)]
    struct Cased {
        some_text: String,
        someText: String,
    }

    let error = error!(Posted);
    let file = "chat/v1/events.proto";
    let expected = format!("`chat.v1.Posted.text` is declared twice, in {file} and in {file}");
    assert_says(&error, &expected);
    assert!(matches!(error, Error::NameTaken { .. }));

    let error = error!(Cased);
    assert_says(&error, "`chat.v1.Cased.someText` is, in JSON");
    assert!(matches!(error, Error::JsonNameTaken { .. }));
}

#[test]
fn a_type_cannot_have_the_name_of_a_package() {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "a.v1")]
    struct Inner {}

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "a", name = "v1")]
    struct Outer {}

    let error = error!(Inner, Outer);
    assert_says(&error, "`a.v1` is a package");
    assert!(matches!(error, Error::PackageTaken { .. }));
}

mod circle {
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "a")]
    pub(crate) struct One {
        pub(crate) other: Vec<Other>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "b")]
    pub(crate) struct Other {
        pub(crate) one: Vec<Between>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    pub(crate) struct Between {
        pub(crate) one: Vec<One>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "c")]
    pub(crate) struct User {
        pub(crate) one: Vec<One>,
    }
}

#[test]
fn messages_of_two_packages_cannot_contain_each_other() {
    let error = error!(circle::User);
    assert_says(&error, "`a.One` and `b.Other` need each other");
    assert!(matches!(error, Error::Cycle { .. }));
}
