//! The kinds of work that peers are compared by.

use serde::{Deserialize, Serialize};

/// What the processes of one measurement do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Work {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// Encoded bytes per event, as far as the peer leaves that to us.
    pub(crate) len: usize,
    /// All processes on one CPU.
    pub(crate) one_cpu: bool,
    /// How many types of event each receiver subscribes to: one is sent.
    pub(crate) types: usize,
    /// Further guests, each connected to all others, that do nothing.
    pub(crate) idle: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// As fast as the receivers take it.
    Flow { receivers: usize },
    /// To one receiver, so many per second.
    Paced { per_second: u64 },
    /// One process asks, one answers.
    Requests { in_flight: usize },
}

impl Work {
    pub(crate) fn new(name: &str, title: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            kind,
            len: EVENT_LEN,
            one_cpu: false,
            types: 1,
            idle: 0,
        }
    }

    fn on_one_cpu(self) -> Self {
        Self {
            name: format!("{}-one-cpu", self.name),
            title: format!("{}, all on one CPU", self.title),
            one_cpu: true,
            ..self
        }
    }

    pub(crate) fn receivers(&self) -> usize {
        match self.kind {
            Kind::Flow { receivers } => receivers,
            Kind::Paced { .. } | Kind::Requests { .. } => 1,
        }
    }

    /// Whether the guest of this number has nothing to do.
    pub(crate) fn is_idle(&self, guest: usize) -> bool {
        guest >= self.receivers()
    }

    pub(crate) fn is_requests(&self) -> bool {
        matches!(self.kind, Kind::Requests { .. })
    }

    /// Whether its figure is a latency, rather than a rate.
    pub(crate) fn is_latency(&self) -> bool {
        matches!(
            self.kind,
            Kind::Paced { .. } | Kind::Requests { in_flight: 1 }
        )
    }

    /// What a message of two `fixed64` has left for its payload.
    pub(crate) fn payload_len(&self) -> usize {
        self.len.saturating_sub(MESSAGE_OVERHEAD)
    }
}

const EVENT_LEN: usize = 112;
/// Two `fixed64` with their tags, the tag of the payload, and one byte of its length.
pub(crate) const MESSAGE_OVERHEAD: usize = 2 * 9 + 2;

pub(crate) fn all() -> Vec<Work> {
    let flow = |name, title, receivers| Work::new(name, title, Kind::Flow { receivers });
    let paced = Work::new(
        "paced",
        "one way, 10,000 events/s",
        Kind::Paced { per_second: 10_000 },
    );
    let request = Work::new(
        "request",
        "request/response, one at a time",
        Kind::Requests { in_flight: 1 },
    );
    vec![
        flow("one-way", "one way, 1→1", 1),
        flow("fan-out-4", "fan-out, 1→4", 4),
        flow("fan-out-10", "fan-out, 1→10", 10),
        request.clone(),
        request.on_one_cpu(),
        Work::new(
            "in-flight-64",
            "64 requests in flight",
            Kind::Requests { in_flight: 64 },
        ),
        Work {
            len: 1 << 20,
            ..flow("large", "one way, 1 MiB events", 1)
        },
        paced.clone(),
        paced.on_one_cpu(),
    ]
}
