//! An event on its way out: encoded once, for however many receivers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use prost::Message;

use crate::Event;
use crate::wire::event_frame::{BareFrame, Envelope, EventFields};
use crate::wire::{Compression, TypeId, compress};

static NO_HEADERS: BTreeMap<String, String> = BTreeMap::new();

/// An encoded event, and its compressed form for receivers that can read it.
#[derive(Clone, Debug)]
pub(crate) struct Payload {
    pub(crate) plain: Bytes,
    pub(crate) snappy: Option<Bytes>,
}

/// What one encoded event takes of [`SCRATCH`] at the most.
const SCRATCH_EVENT: usize = 4 * 1024;

/// Small events are encoded one behind the other into buffers of this size.
const SCRATCH_LEN: usize = 32 * 1024;

thread_local! {
    static SCRATCH: RefCell<BytesMut> = RefCell::new(BytesMut::new());
    static FRAME: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Which request an event is, or the answer to which.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ids {
    pub(crate) request_id: u64,
    pub(crate) response_to: u64,
}

/// Encodes a small event as the frame that most receivers get, and lends it to `send`, without an
/// allocation. `None` if the event is too large for that.
pub(crate) fn with_bare_frame<E: Event, R>(
    event: &E,
    ids: Ids,
    send: impl FnOnce(&[u8]) -> R,
) -> Option<R> {
    let payload_len = event.encoded_len();
    if payload_len > SCRATCH_EVENT {
        return None;
    }
    let bare = BareFrame {
        type_id: E::TYPE_ID,
        payload_len,
        request_id: ids.request_id,
        response_to: ids.response_to,
    };
    // Taken, as the event's own code may send events while it is encoded, or panic.
    let mut frame = FRAME.take();
    frame.clear();
    bare.put_head(&mut frame);
    let head = frame.len();
    event.encode_raw(&mut frame);
    // An event that does not know its length goes the long way, which counts what was written.
    let is_whole = frame.len() - head == payload_len;
    bare.put_tail(&mut frame);
    let sent = is_whole.then(|| send(&frame));
    FRAME.set(frame);
    sent
}

/// Encodes an event; a small one without an allocation of its own.
pub(crate) fn encode(event: &impl Message) -> Bytes {
    let len = event.encoded_len();
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) if len <= SCRATCH_EVENT => {
            // What an encoder that panicked may have left.
            scratch.clear();
            if scratch.capacity() < len {
                scratch.reserve(SCRATCH_LEN);
            }
            event.encode_raw(&mut *scratch);
            scratch.split().freeze()
        }
        // Also where an encoder sends events itself.
        _ => event.encode_to_vec().into(),
    })
}

/// Says from which size on payloads are compressed; `None`: never.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compressor(pub(crate) Option<usize>);

impl Compressor {
    /// Whether no payload is ever compressed.
    pub(crate) fn is_off(self) -> bool {
        self.0.is_none()
    }

    /// A payload, with its compressed form if that is wanted and smaller.
    pub(crate) fn payload(self, plain: Bytes) -> Payload {
        let wanted = self.0.is_some_and(|above| plain.len() > above);
        let compressed = wanted.then(|| compress(&plain).ok()).flatten();
        let snappy = compressed.filter(|block| block.len() < plain.len());
        Payload { plain, snappy }
    }
}

impl Payload {
    fn pick(&self, snappy: bool) -> (&Bytes, Compression) {
        match &self.snappy {
            Some(compressed) if snappy => (compressed, Compression::Snappy),
            _ => (&self.plain, Compression::Unspecified),
        }
    }
}

/// An event, a request or an answer. Clones are cheap.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) type_id: TypeId,
    pub(crate) payload: Payload,
    pub(crate) headers: Option<Arc<BTreeMap<String, String>>>,
    /// Not 0: an answer is expected under this number.
    pub(crate) request_id: u64,
    /// Not 0: this is the answer to the request of that number.
    pub(crate) response_to: u64,
}

impl Outgoing {
    /// The length of its frame, uncompressed.
    pub(crate) fn frame_len(&self) -> usize {
        self.envelope(false, 0).frame_len()
    }

    /// The frame for one receiver, by what it can decompress and what it missed.
    pub(crate) fn envelope(&self, snappy: bool, missed: u64) -> Envelope<'_> {
        let (payload, compression) = self.payload.pick(snappy);
        Envelope::from(EventFields {
            type_id: self.type_id,
            payload,
            compression: compression.into(),
            request_id: self.request_id,
            response_to: self.response_to,
            headers: self.headers.as_deref().unwrap_or(&NO_HEADERS),
            missed,
        })
    }
}
