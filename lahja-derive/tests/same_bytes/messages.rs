//! What is composed: messages in messages, recursion, enumerations, oneofs, and their order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::check_twins;
use crate::values::Sample;

pub(crate) mod derived {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    pub(crate) struct Tree {
        #[event(tag = 536_870_911)]
        pub(crate) last: u32,
        pub(crate) label: Option<Label>,
        #[event(oneof)]
        pub(crate) body: Option<Body>,
        #[event(oneof)]
        pub(crate) early: Option<Early>,
        pub(crate) left: Option<Box<Tree>>,
        pub(crate) children: Vec<Tree>,
        pub(crate) mood: Mood,
        pub(crate) maybe_mood: Option<Mood>,
        pub(crate) moods: Vec<Mood>,
        pub(crate) mood_by_name: BTreeMap<String, Mood>,
        pub(crate) label_by_number: BTreeMap<i32, Label>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    pub(crate) struct Label {
        pub(crate) text: String,
    }

    #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
    pub(crate) enum Body {
        #[event(tag = 20)]
        Text(String),
        #[event(tag = 3)]
        Label(Label),
        #[event(tag = 40)]
        Tree(Box<Tree>),
        #[event(tag = 4)]
        Mood(Mood),
    }

    #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
    pub(crate) enum Early {
        #[event(tag = 1, sint64)]
        Number(i64),
    }

    #[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
    #[repr(i32)]
    pub(crate) enum Mood {
        Unspecified = 0,
        Happy = 1,
        Sad = -1,
        Extreme = 0x7fff_ffff,
    }
}

pub(crate) mod generated {
    use super::*;

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Tree {
        #[prost(uint32, tag = "536870911")]
        pub(crate) last: u32,
        #[prost(message, optional, tag = "2")]
        pub(crate) label: Option<Label>,
        #[prost(oneof = "Body", tags = "20, 3, 40, 4")]
        pub(crate) body: Option<Body>,
        #[prost(oneof = "Early", tags = "1")]
        pub(crate) early: Option<Early>,
        #[prost(message, optional, boxed, tag = "5")]
        pub(crate) left: Option<Box<Tree>>,
        #[prost(message, repeated, tag = "6")]
        pub(crate) children: Vec<Tree>,
        #[prost(enumeration = "Mood", tag = "7")]
        pub(crate) mood: i32,
        #[prost(enumeration = "Mood", optional, tag = "8")]
        pub(crate) maybe_mood: Option<i32>,
        #[prost(enumeration = "Mood", repeated, tag = "9")]
        pub(crate) moods: Vec<i32>,
        #[prost(btree_map = "string, enumeration(Mood)", tag = "10")]
        pub(crate) mood_by_name: BTreeMap<String, i32>,
        #[prost(btree_map = "int32, message", tag = "11")]
        pub(crate) label_by_number: BTreeMap<i32, Label>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Label {
        #[prost(string, tag = "1")]
        pub(crate) text: String,
    }

    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(crate) enum Body {
        #[prost(string, tag = "20")]
        Text(String),
        #[prost(message, tag = "3")]
        Label(Label),
        #[prost(message, boxed, tag = "40")]
        Tree(Box<Tree>),
        #[prost(enumeration = "Mood", tag = "4")]
        Mood(i32),
    }

    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(crate) enum Early {
        #[prost(sint64, tag = "1")]
        Number(i64),
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
    #[repr(i32)]
    pub(crate) enum Mood {
        Unspecified = 0,
        Happy = 1,
        Sad = -1,
        Extreme = 0x7fff_ffff,
    }
}

impl derived::Tree {
    fn twin(self) -> generated::Tree {
        generated::Tree {
            last: self.last,
            label: self.label.map(derived::Label::twin),
            body: self.body.map(derived::Body::twin),
            left: self.left.map(|tree| Box::new(tree.twin())),
            children: self.children.into_iter().map(Self::twin).collect(),
            mood: self.mood.into(),
            maybe_mood: self.maybe_mood.map(i32::from),
            moods: self.moods.into_iter().map(i32::from).collect(),
            mood_by_name: self
                .mood_by_name
                .into_iter()
                .map(|(name, mood)| (name, mood.into()))
                .collect(),
            label_by_number: self
                .label_by_number
                .into_iter()
                .map(|(number, label)| (number, label.twin()))
                .collect(),
            early: self
                .early
                .map(|derived::Early::Number(number)| generated::Early::Number(number)),
        }
    }
}

impl derived::Label {
    fn twin(self) -> generated::Label {
        generated::Label { text: self.text }
    }
}

impl derived::Body {
    fn twin(self) -> generated::Body {
        match self {
            Self::Text(text) => generated::Body::Text(text),
            Self::Label(label) => generated::Body::Label(label.twin()),
            Self::Tree(tree) => generated::Body::Tree(Box::new(tree.twin())),
            Self::Mood(mood) => generated::Body::Mood(mood.into()),
        }
    }
}

fn mood() -> impl Strategy<Value = derived::Mood> {
    use derived::Mood;
    prop::sample::select(vec![
        Mood::Unspecified,
        Mood::Happy,
        Mood::Sad,
        Mood::Extreme,
    ])
}

fn label() -> impl Strategy<Value = derived::Label> {
    String::sample().prop_map(|text| derived::Label { text })
}

/// A tree of what is in the leaves, and what `inner` gives below.
fn node(inner: BoxedStrategy<derived::Tree>) -> BoxedStrategy<derived::Tree> {
    let body = prop_oneof![
        String::sample().prop_map(derived::Body::Text),
        label().prop_map(derived::Body::Label),
        inner
            .clone()
            .prop_map(|tree| derived::Body::Tree(Box::new(tree))),
        mood().prop_map(derived::Body::Mood),
    ];
    let below = (
        prop::option::of(body),
        prop::option::of(inner.clone().prop_map(Box::new)),
        prop::collection::vec(inner, 0..3),
    );
    let moods = (
        mood(),
        prop::option::of(mood()),
        prop::collection::vec(mood(), 0..4),
        prop::collection::btree_map(String::sample(), mood(), 0..3),
    );
    let rest = (
        u32::sample(),
        prop::option::of(label()),
        prop::collection::btree_map(i32::sample(), label(), 0..3),
        prop::option::of(i64::sample().prop_map(derived::Early::Number)),
    );
    (below, moods, rest)
        .prop_map(|(below, moods, rest)| derived::Tree {
            last: rest.0,
            label: rest.1,
            body: below.0,
            left: below.1,
            children: below.2,
            mood: moods.0,
            maybe_mood: moods.1,
            moods: moods.2,
            mood_by_name: moods.3,
            label_by_number: rest.2,
            early: rest.3,
        })
        .boxed()
}

pub(crate) fn tree() -> impl Strategy<Value = derived::Tree> {
    Just(derived::Tree::default()).prop_recursive(3, 12, 3, node)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn trees_give_the_same_bytes(tree in tree()) {
        check_twins(&tree, &tree.clone().twin())?;
    }

    /// Merging is where recursion, oneofs and repeated fields differ most easily.
    #[test]
    fn messages_one_after_the_other_merge_alike(first in tree(), second in tree()) {
        use prost::Message;

        let bytes = [first.encode_to_vec(), second.encode_to_vec()].concat();
        let derived = derived::Tree::decode(&bytes[..]).map_err(crate::fail)?;
        let generated = generated::Tree::decode(&bytes[..]).map_err(crate::fail)?;
        prop_assert_eq!(format!("{derived:?}"), format!("{generated:?}"));
    }
}
