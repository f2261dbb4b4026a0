//! What a broadcast came to.

/// Who got an event.
///
/// Got: it is in the receiver's queue, or in the queue of the connection to it. What a process
/// held that died is gone, and what is in a queue at the end is reported by
/// [`Endpoint::stop`](crate::Endpoint::stop).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub(super) count: usize,
    pub(super) undelivered: Vec<String>,
    /// Not all of those went away.
    pub(super) stalled: bool,
}

impl Sent {
    /// How many endpoints got it; this one counts too if it subscribes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The names of the subscribed endpoints that did not: they are stalled, or went away while
    /// the broadcast waited for them.
    #[must_use]
    pub fn undelivered(&self) -> &[String] {
        &self.undelivered
    }

    /// Whether every subscribed endpoint got it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.undelivered.is_empty()
    }

    pub(super) fn has_stalled(&mut self, endpoint: &str) {
        self.undelivered.push(endpoint.to_owned());
        self.stalled = true;
    }

    pub(super) fn has_gone(&mut self, endpoint: &str) {
        self.undelivered.push(endpoint.to_owned());
    }
}
