//! What a busy connection mostly carries: events of one type, one behind the other.

use bytes::{Bytes, BytesMut};

use super::codec::{PREFIX_LEN, frame_at};
use super::plain_event::bare;
use super::{COPIED, TypeId};

/// Consecutive whole frames that are events of one type and nothing else: no requests, no answers,
/// no headers, nothing compressed or missed, and nothing that is shared rather than
/// [copied](COPIED). They are handled as one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    type_id: TypeId,
    frames: Bytes,
    events: usize,
    last_body: usize,
}

impl Run {
    /// Takes the longest run off the front of `buf`; `None` if what is there first is something
    /// else, or not whole.
    pub(crate) fn take(buf: &mut BytesMut) -> Option<Self> {
        let (type_id, mut last_body) = bare_at(buf, 0)?;
        let (mut len, mut events) = (PREFIX_LEN + last_body, 1);
        while let Some((_, body)) = bare_at(buf, len).filter(|(next, _)| *next == type_id) {
            len += PREFIX_LEN + body;
            events += 1;
            last_body = body;
        }
        Some(Self {
            type_id: TypeId::new(type_id),
            frames: buf.split_to(len).freeze(),
            events,
            last_body,
        })
    }

    pub(crate) fn type_id(&self) -> TypeId {
        self.type_id
    }

    /// How many events it holds, at least one.
    pub(crate) fn events(&self) -> usize {
        self.events
    }

    /// The bodies' length of all frames together.
    pub(crate) fn body_len(&self) -> usize {
        self.frames.len() - self.events * PREFIX_LEN
    }

    /// The length of the last frame's body.
    pub(crate) fn last_body_len(&self) -> usize {
        self.last_body
    }

    /// The frames as they came.
    pub(crate) fn frames(&self) -> &Bytes {
        &self.frames
    }

    /// Each event as a run of its own.
    pub(crate) fn singles(&self) -> impl Iterator<Item = Run> {
        let mut rest = BytesMut::from(&self.frames[..]);
        std::iter::from_fn(move || {
            let (_, body) = bare_at(&rest, 0)?;
            Self::take(&mut rest.split_to(PREFIX_LEN + body))
        })
    }

    /// The payload of each event, and the length of its frame's body.
    pub(crate) fn payloads(&self) -> impl Iterator<Item = (Bytes, usize)> {
        let mut rest = &self.frames[..];
        std::iter::from_fn(move || {
            let (payload, body) = next_payload(&mut rest)?;
            Some((self.frames.slice_ref(payload), body))
        })
    }
}

/// Takes the next event off the front of a run's frames: its payload, and the length of its
/// frame's body.
#[inline]
pub(crate) fn next_payload<'a>(frames: &mut &'a [u8]) -> Option<(&'a [u8], usize)> {
    let body = frame_at(frames, 0)?;
    let (_, payload) = bare(body)?;
    *frames = &frames[PREFIX_LEN + body.len()..];
    Some((payload, body.len()))
}

/// The type of the frame that begins at `at` and the length of its body, if it may be part of a
/// run.
#[inline]
fn bare_at(buf: &[u8], at: usize) -> Option<(u64, usize)> {
    let body = frame_at(buf, at)?;
    let (type_id, _) = bare(body)?;
    (body.len() <= COPIED).then_some((type_id, body.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::codec::{decode_next, put_frame};
    use crate::wire::{Broadcast, Frame, FrameBody};

    fn frame(broadcast: Broadcast) -> Frame {
        let body = Some(FrameBody::Broadcast(broadcast));
        Frame { body }
    }

    fn event(type_id: u64, payload: impl Into<Bytes>) -> Frame {
        frame(Broadcast {
            type_id,
            payload: payload.into(),
            ..Broadcast::default()
        })
    }

    fn stream(frames: &[Frame]) -> BytesMut {
        let mut bytes = BytesMut::new();
        frames.iter().for_each(|frame| put_frame(frame, &mut bytes));
        bytes
    }

    /// What a stream holds, run by run, each as the number of its events.
    fn runs(mut bytes: BytesMut) -> (Vec<usize>, usize) {
        let next = || Run::take(&mut bytes).map(|run| run.events());
        let taken = std::iter::from_fn(next).collect();
        (taken, bytes.len())
    }

    #[test]
    fn a_run_ends_where_another_type_begins() {
        let of_type = |type_id| event(type_id, "hi");
        let frames = [of_type(1), of_type(1), of_type(2), of_type(1)];
        assert_eq!(runs(stream(&frames)), (vec![2, 1, 1], 0));
    }

    #[test]
    fn what_is_more_than_type_and_payload_is_no_run() {
        let plain = Broadcast {
            type_id: 1,
            payload: Bytes::from_static(b"hi"),
            ..Broadcast::default()
        };
        for more in [
            Broadcast {
                request_id: 7,
                ..plain.clone()
            },
            Broadcast {
                response_to: 7,
                ..plain.clone()
            },
            Broadcast {
                missed: 1,
                ..plain.clone()
            },
            Broadcast {
                compression: 1,
                ..plain.clone()
            },
            Broadcast {
                headers: [("k".to_owned(), "v".to_owned())].into(),
                ..plain.clone()
            },
            Broadcast {
                payload: vec![0; COPIED].into(),
                ..plain.clone()
            },
        ] {
            let (taken, left) = runs(stream(&[frame(plain.clone()), frame(more.clone())]));
            assert_eq!(taken, [1], "{more:?}");
            assert!(left > 0, "{more:?}");
        }
    }

    #[test]
    fn a_frame_that_is_not_whole_stays_for_later() {
        let whole = stream(&[event(1, "one"), event(1, "two")]);
        let first = stream(&[event(1, "one")]).len();
        for len in first..whole.len() {
            let (taken, left) = runs(BytesMut::from(&whole[..len]));
            assert_eq!((taken, left), (vec![1], len - first));
        }
    }

    proptest! {
        #[test]
        fn a_run_is_what_its_frames_are_one_by_one(
            events in prop::collection::vec((1..3u64, prop::collection::vec(any::<u8>(), 0..200)), 1..20),
            damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let frames: Vec<_> = events.into_iter().map(|(id, payload)| event(id, payload)).collect();
            let mut bytes = stream(&frames);
            if let Some((at, byte)) = damage {
                *at.get_mut(&mut bytes) = byte;
            }
            let mut one_by_one = bytes.clone();
            while let Some(run) = Run::take(&mut bytes) {
                let mut body_len = 0;
                for (payload, len) in run.payloads() {
                    let next = decode_next(&mut one_by_one, usize::MAX);
                    let next = next.expect("what is in a run decodes");
                    prop_assert_eq!(next, Some(event(run.type_id().get(), payload)));
                    prop_assert!(len <= COPIED);
                    body_len += len;
                }
                prop_assert_eq!(body_len, run.body_len());
                prop_assert_eq!(run.singles().count(), run.events());
                prop_assert_eq!(&bytes, &one_by_one);
            }
        }
    }
}
