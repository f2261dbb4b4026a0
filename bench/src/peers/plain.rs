//! Events as plain bytes of one length, for the bare sockets.

use std::ops::Range;

use crate::stamp::Stamp;

/// Bytes per write or read, if events are smaller.
pub(super) const BATCH: usize = 64 * 1024;

/// Events of one length in the place that they are written from: only their stamps change.
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    len: usize,
    filled: usize,
}

impl Outgoing {
    /// Room for at least one event, and for as many as `batch` bytes hold.
    pub(super) fn new(len: usize, batch: usize) -> Self {
        Self {
            bytes: vec![0; (batch / len).max(1) * len],
            len,
            filled: 0,
        }
    }

    pub(super) fn push(&mut self, stamp: Stamp) {
        stamp.write(&mut self.bytes[self.filled..]);
        self.filled += self.len;
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled == self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    pub(super) fn clear(&mut self) {
        self.filled = 0;
    }
}

/// What was read and not yet taken.
pub(super) struct Incoming {
    bytes: Vec<u8>,
    len: usize,
    unread: Range<usize>,
}

impl Incoming {
    pub(super) fn new(len: usize) -> Self {
        Self {
            bytes: vec![0; BATCH.max(len)],
            len,
            unread: 0..0,
        }
    }

    /// The next whole event.
    pub(super) fn next(&mut self) -> Option<Stamp> {
        let event = self.bytes[self.unread.clone()].get(..self.len)?;
        self.unread.start += self.len;
        Some(Stamp::read(event))
    }

    /// Where to read to, after every whole event was taken.
    pub(super) fn space(&mut self) -> &mut [u8] {
        self.bytes.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        &mut self.bytes[self.unread.end..]
    }

    pub(super) fn read(&mut self, count: usize) {
        self.unread.end += count;
    }
}
