//! The vectors of the kind `messages`, against the types that lahja-build generates.

use lahja_tests::conformance::{Kind, from_hex, to_hex};
use lahja_tests::vectors::{Message, messages};

fn assert_decodes(vector: &Message, kind: Kind) {
    let name = &vector.name;
    let decoded = (kind.decode)(&vector.bytes);
    let Some(expected) = &vector.value else {
        assert!(decoded.is_err(), "{name}: {decoded:?}");
        return;
    };
    let decoded = decoded.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(decoded.value, *expected, "{name}");
    let encoded = (kind.encode)(expected).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    if vector.is_canonical {
        assert_eq!(to_hex(&decoded.again), to_hex(&vector.bytes), "{name}");
        assert_eq!(to_hex(&encoded), to_hex(&vector.bytes), "{name}");
    }
    for bytes in [decoded.again, encoded] {
        let second = (kind.decode)(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(second.value, *expected, "{name}, encoded");
    }
}

#[test]
fn every_message_means_what_its_vector_says() {
    let vectors = messages();
    assert!(vectors.len() > 250, "only {} vectors found", vectors.len());
    for vector in &vectors {
        let kind = Kind::named(&vector.kind).expect("a type of conformance.proto");
        assert_decodes(vector, kind);
    }
}

#[test]
fn every_type_with_fields_has_vectors_of_both_verdicts() {
    let vectors = messages();
    for name in [
        "Note",
        "Scalars",
        "Optionals",
        "Lists",
        "Maps",
        "Choice",
        "Tree",
    ] {
        let is_of = |vector: &&Message| vector.kind == format!("lahja.conformance.v1.{name}");
        let (good, bad): (Vec<_>, Vec<_>) = vectors
            .iter()
            .filter(is_of)
            .partition(|vector| vector.value.is_some());
        assert!(!good.is_empty() && !bad.is_empty(), "{name}");
    }
}

#[test]
fn hex_is_read_as_it_is_written_and_nothing_else_is() {
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(from_hex(&to_hex(&bytes)), Ok(bytes));
    for digits in ["0", "0g", "+1", "ü", "abc"] {
        assert!(from_hex(digits).is_err(), "{digits}");
    }
}
