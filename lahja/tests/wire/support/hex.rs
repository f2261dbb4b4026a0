//! Bytes in JSON: hex digits, or a list of hex digits and `{"repeat": hex, "times": n}`.

use serde_json::Value;

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_json(value: &Value) -> Vec<u8> {
    match value {
        Value::String(digits) => from_hex(digits),
        Value::Array(pieces) => pieces.iter().flat_map(from_json).collect(),
        Value::Object(run) => {
            let times = run["times"].as_u64().unwrap();
            from_json(&run["repeat"]).repeat(usize::try_from(times).unwrap())
        }
        other => panic!("no bytes: {other}"),
    }
}

pub(crate) fn from_hex(digits: &str) -> Vec<u8> {
    assert!(digits.len() % 2 == 0, "half a byte: {digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
