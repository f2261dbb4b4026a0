//! Two links, and what travels between them only when the test says so.

use bytes::BytesMut;

use super::side::Side;
use super::trace;
use crate::wire::EventType;
use crate::wire::codec::decode_next;

pub(super) struct Pair {
    pub(super) a: Side,
    pub(super) b: Side,
    trace: Vec<String>,
    /// Whether the end of the stream from `a`, from `b`, was seen at the other side.
    ended: (bool, bool),
}

impl Pair {
    pub(super) fn new(a: Side, b: Side) -> Self {
        Self {
            a,
            b,
            trace: Vec::new(),
            ended: (false, false),
        }
    }

    /// Both sides subscribe to their types, and nothing is under way any more.
    pub(super) fn ready(a: &[EventType], b: &[EventType]) -> Self {
        let mut pair = Self::new(Side::open(a), Side::open(b));
        pair.run();
        pair.forget();
        pair
    }

    /// What `a` said so far arrives.
    pub(super) fn a_to_b(&mut self) -> bool {
        carry(
            "a",
            &mut self.a,
            &mut self.b,
            &mut self.trace,
            &mut self.ended.0,
        )
    }

    /// What `b` said so far arrives.
    pub(super) fn b_to_a(&mut self) -> bool {
        carry(
            "b",
            &mut self.b,
            &mut self.a,
            &mut self.trace,
            &mut self.ended.1,
        )
    }

    /// Everything arrives, until neither side has more to say.
    pub(super) fn run(&mut self) {
        while self.a_to_b() | self.b_to_a() {}
    }

    /// The frames that arrived since the last call, as `a: …` and `b: …`.
    pub(super) fn trace(&mut self) -> Vec<String> {
        std::mem::take(&mut self.trace)
    }

    /// What happened so far is not what the test is about.
    pub(super) fn forget(&mut self) {
        self.trace();
        self.a.heard();
        self.b.heard();
    }
}

/// Moves what `from` wrote to `to`; once `from` has said all, `to` sees the end of the stream.
fn carry(
    name: &str,
    from: &mut Side,
    to: &mut Side,
    trace: &mut Vec<String>,
    ended: &mut bool,
) -> bool {
    from.write();
    let bytes = std::mem::take(&mut from.written);
    trace.extend(words(name, bytes.clone()));
    to.receive(&bytes);
    let ends = !*ended && (from.link.has_said_all() || from.link.is_over());
    if ends {
        *ended = true;
        to.end();
    }
    !bytes.is_empty() || ends
}

fn words(name: &str, mut bytes: BytesMut) -> Vec<String> {
    let next = || decode_next(&mut bytes, usize::MAX).expect("a link writes frames");
    std::iter::from_fn(next)
        .map(|frame| format!("{name}: {}", trace::frame(&frame)))
        .collect()
}
