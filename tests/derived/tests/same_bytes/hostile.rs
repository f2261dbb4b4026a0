//! Bytes that no twin wrote: from later versions, broken, or too deep.

use lahja::prost::Message;
use lahja_derived_tests as generated;
use proptest::prelude::*;

use crate::messages::{derived, tree};

/// What a program that is older than `Tree` knows of it.
#[derive(Clone, Debug, Default, PartialEq, lahja::Message)]
struct Older {
    #[event(tag = 2)]
    label: Option<derived::Label>,
    #[event(tag = 536_870_911)]
    last: u32,
}

/// Derived and generated types agree on any bytes, but for numbers that an enumeration does not
/// have: those a generated struct keeps as an `i32`.
fn check_same_verdict(bytes: &[u8]) -> Result<(), TestCaseError> {
    let derived = derived::Tree::decode(bytes);
    let generated = generated::Tree::decode(bytes);
    match (derived, generated) {
        (Ok(derived), Ok(generated)) => {
            crate::check_alike(&derived, &generated)?;
        }
        (Err(error), _) if error.to_string().contains("Mood has no value") => {}
        (Err(derived), Err(generated)) => {
            prop_assert_eq!(derived.to_string(), generated.to_string());
        }
        (derived, generated) => {
            prop_assert!(false, "derived: {derived:?}, generated: {generated:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn unknown_fields_are_skipped(tree in tree()) {
        let older = Older::decode(&tree.encode_to_vec()[..]).map_err(crate::fail)?;
        prop_assert_eq!(older, Older { label: tree.label, last: tree.last });
    }

    #[test]
    fn random_bytes_are_a_message_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        check_same_verdict(&bytes)?;
    }

    #[test]
    fn damaged_bytes_are_a_message_or_an_error(
        tree in tree(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut bytes = tree.encode_to_vec();
        prop_assume!(!bytes.is_empty());
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        check_same_verdict(&bytes)?;
        check_same_verdict(&bytes[..keep.index(bytes.len())])?;
    }
}

fn nested(depth: usize) -> Vec<u8> {
    let mut tree = derived::Tree::default();
    for _ in 0..depth {
        tree = derived::Tree {
            left: Some(Box::new(tree)),
            ..Default::default()
        };
    }
    tree.encode_to_vec()
}

#[test]
fn messages_may_be_as_deep_as_prost_allows() {
    assert!(derived::Tree::decode(&nested(100)[..]).is_ok());

    let derived = derived::Tree::decode(&nested(101)[..]).expect_err("derived: too deep");
    let generated = generated::Tree::decode(&nested(101)[..]).expect_err("generated: too deep");
    assert_eq!(derived.to_string(), generated.to_string());
    assert!(derived.to_string().contains("recursion limit"), "{derived}");
}

#[test]
fn an_error_names_the_way_to_the_field() {
    let not_utf8 = [2 << 3 | 2, 3, 1 << 3 | 2, 1, 0xff];
    let error = derived::Tree::decode(&not_utf8[..]).expect_err("text that is no UTF-8");
    assert!(
        error.to_string().contains("Label.text: Tree.label"),
        "{error}"
    );
}

#[test]
fn a_number_that_an_enumeration_does_not_have_is_an_error() {
    let mood_3 = [5 << 3, 3];
    let error = derived::Tree::decode(&mood_3[..]).expect_err("a number of no mood");
    let expected = "Tree.mood: Mood has no value 3; a field of type i32 takes any";
    assert!(error.to_string().contains(expected), "{error}");

    let packed = [7 << 3 | 2, 2, 1, 3];
    let error = derived::Tree::decode(&packed[..]).expect_err("a number of no mood");
    assert!(error.to_string().contains("Tree.moods"), "{error}");
}

#[test]
fn repeated_numbers_are_read_unpacked_too() {
    let unpacked = [7 << 3, 1, 7 << 3, 0];
    let tree = derived::Tree::decode(&unpacked[..]).expect("numbers one by one");
    assert_eq!(
        tree.moods,
        [derived::Mood::Happy, derived::Mood::Unspecified]
    );
}
