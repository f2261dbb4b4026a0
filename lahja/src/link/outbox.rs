//! What a side has said and not yet written: one FIFO of bytes.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::wire::codec::PREFIX_LEN;
use crate::wire::event_frame::Envelope;

/// Small frames share a chunk up to this size, so that one write carries many of them.
const CHUNK: usize = 32 * 1024;

/// What the first chunk of an idle link reserves.
const FIRST_CHUNK: usize = 1024;

/// A larger buffer is kept as long as what is written at a time is about as large.
const KEPT: usize = 8 * 1024;

/// A payload from here on is written from where it lies instead of being copied into a chunk.
const OWN_CHUNK: usize = 16 * 1024;

/// What kind of frame is appended: events wait for room, control does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Event,
    Control,
}

/// How many bytes of each class lie in a chunk, or in the whole outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    events: usize,
    control: usize,
}

impl Tally {
    fn add(&mut self, class: Class, bytes: usize) {
        match class {
            Class::Event => self.events += bytes,
            Class::Control => self.control += bytes,
        }
    }

    /// Both together.
    pub(crate) fn plus(self, other: Tally) -> Tally {
        Tally {
            events: self.events + other.events,
            control: self.control + other.control,
        }
    }

    fn remove(&mut self, written: Tally) {
        self.events -= written.events;
        self.control -= written.control;
    }
}

/// Bytes that are written together.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// The bytes that are still to be written.
    pub(crate) unwritten: Bytes,
    /// What to report to [`Outbox::written`] once none are left.
    pub(crate) tally: Tally,
}

#[derive(Debug)]
pub(crate) struct Outbox {
    full: VecDeque<Chunk>,
    gathering: BytesMut,
    gathered: Tally,
    /// How long the next chunk may become: as long as the last.
    expected: usize,
    /// What the buffer was last asked to hold.
    reserved: usize,
    /// The largest answer or control frame since all of them were written.
    largest_control: usize,
    unwritten: Tally,
    event_limit: usize,
    /// Bytes of events that were ever written.
    written_events: u64,
    /// At how many such bytes the unwritten events end that only their writing confirms.
    confirmed_at: VecDeque<u64>,
}

impl Outbox {
    /// Events have room while at most `event_limit` bytes of them are unwritten.
    pub(crate) fn new(event_limit: usize) -> Self {
        Self {
            full: VecDeque::new(),
            gathering: BytesMut::new(),
            gathered: Tally::default(),
            expected: FIRST_CHUNK,
            reserved: 0,
            largest_control: 0,
            unwritten: Tally::default(),
            event_limit,
            written_events: 0,
            confirmed_at: VecDeque::new(),
        }
    }

    pub(crate) fn has_room_for_events(&self) -> bool {
        self.unwritten.events <= self.event_limit
    }

    /// Bytes of answers and control that the peer has not let us write, beside the largest of
    /// them: one answer alone never is too much for a peer that reads.
    pub(crate) fn unread_control(&self) -> usize {
        self.unwritten.control.saturating_sub(self.largest_control)
    }

    /// Whether the writer has taken everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.full.is_empty() && self.gathering.is_empty()
    }

    /// Whether everything is written.
    pub(crate) fn is_flushed(&self) -> bool {
        self.unwritten == Tally::default()
    }

    /// Appends what `put` writes, about `len` bytes.
    pub(crate) fn append(&mut self, class: Class, len: usize, put: impl FnOnce(&mut BytesMut)) {
        if self.gathering.len() + len > CHUNK {
            self.finish_chunk();
        }
        if self.gathering.capacity() - self.gathering.len() < len {
            self.reserved = self.expected.max(len);
            self.gathering.reserve(self.reserved);
        }
        let before = self.gathering.len();
        put(&mut self.gathering);
        let added = self.gathering.len() - before;
        self.count(class, added);
        self.measure(class, added);
    }

    /// Appends a small frame that is encoded.
    pub(crate) fn append_frame(&mut self, class: Class, frame: &[u8]) {
        self.append(class, frame.len(), |out| out.extend_from_slice(frame));
    }

    /// Appends the frame of an event or an answer; a large payload is not copied.
    pub(crate) fn append_event(&mut self, class: Class, envelope: &Envelope<'_>) {
        if envelope.payload().len() < OWN_CHUNK {
            let len = envelope.frame_len() + PREFIX_LEN;
            self.append(class, len, |out| envelope.put(out));
            return;
        }
        self.append(class, 0, |out| envelope.put_head(out));
        self.append_chunk(class, envelope.payload().clone());
        self.append(class, 0, |out| envelope.put_tail(out));
        self.measure(class, envelope.frame_len() + PREFIX_LEN);
    }

    fn measure(&mut self, class: Class, frame: usize) {
        if class == Class::Control {
            self.largest_control = self.largest_control.max(frame);
        }
    }

    fn append_chunk(&mut self, class: Class, payload: Bytes) {
        self.finish_chunk();
        let mut tally = Tally::default();
        tally.add(class, payload.len());
        self.unwritten.add(class, payload.len());
        self.full.push_back(Chunk {
            unwritten: payload,
            tally,
        });
    }

    /// Hands everything over for writing; it counts as unwritten until [`written`](Self::written).
    pub(crate) fn take(&mut self, into: &mut VecDeque<Chunk>) {
        self.finish_chunk();
        into.append(&mut self.full);
    }

    /// The same if it is one chunk of at most `len` bytes.
    pub(crate) fn take_up_to(&mut self, len: usize) -> Option<Chunk> {
        if !self.full.is_empty() || self.gathering.len() > len {
            return None;
        }
        self.finish_chunk();
        self.full.pop_front()
    }

    /// Frees what was appended and not taken, which counts as unwritten for ever.
    pub(crate) fn forget(&mut self) {
        self.full = VecDeque::new();
        self.gathering = BytesMut::new();
    }

    /// What is left of the chunk that was taken last; it is the first to be written.
    pub(crate) fn put_back(&mut self, chunk: Chunk) {
        self.full.push_front(chunk);
    }

    pub(crate) fn written(&mut self, tally: Tally) {
        self.unwritten.remove(tally);
        if self.unwritten.control == 0 {
            self.largest_control = 0;
        }
        if self.is_flushed() && self.expected < KEPT && self.reserved > KEPT {
            // Little is said since a burst made it large.
            self.gathering = BytesMut::new();
            self.reserved = 0;
        }
        self.written_events += tally.events as u64;
        while self
            .confirmed_at
            .front()
            .is_some_and(|end| *end <= self.written_events)
        {
            self.confirmed_at.pop_front();
        }
    }

    /// No credit will come for the event that was appended last: written, it counts as confirmed.
    pub(crate) fn confirm_when_written(&mut self) {
        let end = self.written_events + self.unwritten.events as u64;
        self.confirmed_at.push_back(end);
    }

    /// How many of those events are unwritten.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.confirmed_at.len()
    }

    fn count(&mut self, class: Class, bytes: usize) {
        self.gathered.add(class, bytes);
        self.unwritten.add(class, bytes);
    }

    fn finish_chunk(&mut self) {
        if self.gathering.is_empty() {
            return;
        }
        self.expected = self.gathering.len().clamp(FIRST_CHUNK, CHUNK);
        self.full.push_back(Chunk {
            // What is left of the buffer is for the next.
            unwritten: self.gathering.split().freeze(),
            tally: std::mem::take(&mut self.gathered),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::wire::TypeId;
    use crate::wire::event_frame::EventFields;

    fn drain(outbox: &mut Outbox) -> VecDeque<Chunk> {
        let mut chunks = VecDeque::new();
        outbox.take(&mut chunks);
        chunks
    }

    #[test]
    fn small_frames_share_a_chunk_and_keep_their_order() {
        let mut outbox = Outbox::new(1024);
        for byte in 0..100u8 {
            outbox.append(Class::Event, 1, |out| out.extend_from_slice(&[byte]));
        }
        let chunks = drain(&mut outbox);
        assert_eq!(chunks.len(), 1);
        assert!(chunks[0].unwritten.iter().copied().eq(0..100));
    }

    #[test]
    fn a_large_payload_is_not_copied() {
        let mut outbox = Outbox::new(1024);
        let payload = Bytes::from(vec![7; OWN_CHUNK]);
        let headers = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
        let envelope = Envelope::from(EventFields {
            type_id: TypeId::of("a"),
            payload: &payload,
            compression: 0,
            request_id: 0,
            response_to: 0,
            headers: &headers,
            missed: 0,
        });
        outbox.append_event(Class::Event, &envelope);
        let chunks = drain(&mut outbox);
        assert_eq!(chunks.len(), 3, "head, payload and tail");
        assert_eq!(chunks[1].unwritten.as_ptr(), payload.as_ptr());
    }

    #[test]
    fn events_have_room_again_once_they_are_written_not_when_they_are_taken() {
        let mut outbox = Outbox::new(10);
        outbox.append(Class::Event, 11, |out| out.extend_from_slice(&[0; 11]));
        assert!(!outbox.has_room_for_events());
        let chunks = drain(&mut outbox);
        assert!(!outbox.has_room_for_events());
        outbox.written(chunks[0].tally);
        assert!(outbox.has_room_for_events());
    }

    #[test]
    fn control_takes_no_room_from_events() {
        let mut outbox = Outbox::new(10);
        outbox.append(Class::Control, 100, |out| out.extend_from_slice(&[0; 100]));
        assert!(outbox.has_room_for_events());
        assert_eq!(outbox.unread_control(), 0, "one frame alone");
        outbox.append(Class::Control, 60, |out| out.extend_from_slice(&[0; 60]));
        assert_eq!(outbox.unread_control(), 60);
    }
}
