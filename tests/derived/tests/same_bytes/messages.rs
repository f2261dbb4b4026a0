//! What is composed: messages in messages, recursion, enumerations, oneofs, and their order.

use std::collections::BTreeMap;

use lahja_derived_tests as generated;
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
        pub(crate) left: Option<Box<Tree>>,
        pub(crate) children: Vec<Tree>,
        pub(crate) mood: Mood,
        pub(crate) maybe_mood: Option<Mood>,
        pub(crate) moods: Vec<Mood>,
        pub(crate) mood_by_name: BTreeMap<String, Mood>,
        #[event(tag = 30)]
        pub(crate) label_by_number: BTreeMap<i32, Label>,
        #[event(oneof)]
        pub(crate) body: Option<Body>,
        #[event(oneof)]
        pub(crate) early: Option<Early>,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
    pub(crate) struct Label {
        pub(crate) text: String,
    }

    #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
    pub(crate) enum Body {
        #[event(tag = 20)]
        Text(String),
        #[event(tag = 11)]
        Note(Label),
        #[event(tag = 40)]
        Tree(Box<Tree>),
        #[event(tag = 12)]
        Feeling(Mood),
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
                .map(|derived::Early::Number(number)| generated::tree::Early::Number(number)),
        }
    }
}

impl derived::Label {
    fn twin(self) -> generated::Label {
        generated::Label { text: self.text }
    }
}

impl derived::Body {
    fn twin(self) -> generated::tree::Body {
        match self {
            Self::Text(text) => generated::tree::Body::Text(text),
            Self::Note(label) => generated::tree::Body::Note(label.twin()),
            Self::Tree(tree) => generated::tree::Body::Tree(Box::new(tree.twin())),
            Self::Feeling(mood) => generated::tree::Body::Feeling(mood.into()),
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
        label().prop_map(derived::Body::Note),
        inner
            .clone()
            .prop_map(|tree| derived::Body::Tree(Box::new(tree))),
        mood().prop_map(derived::Body::Feeling),
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
        check_twins("Tree", &tree, &tree.clone().twin())?;
    }

    /// Merging is where recursion, oneofs and repeated fields differ most easily.
    #[test]
    fn messages_one_after_the_other_merge_alike(first in tree(), second in tree()) {
        use lahja::prost::Message;

        let bytes = [first.encode_to_vec(), second.encode_to_vec()].concat();
        let derived = derived::Tree::decode(&bytes[..]).map_err(crate::fail)?;
        let generated = generated::Tree::decode(&bytes[..]).map_err(crate::fail)?;
        crate::check_alike(&derived, &generated)?;
    }
}
