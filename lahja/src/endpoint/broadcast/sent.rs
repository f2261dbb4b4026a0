//! What a broadcast came to.

/// Who got an event.
///
/// Got: it is in the receiver's queue, or in the queue of the connection to it. What a process
/// held that died is gone, and what is in a queue at the end is reported by
/// [`Endpoint::stop`](crate::Endpoint::stop).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub(super) count: usize,
    /// Boxed, as it hardly ever is: so what each broadcast returns fits into registers.
    left_out: Option<Box<LeftOut>>,
}

/// Who did not get an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct LeftOut {
    names: Vec<String>,
    /// Not all of those went away.
    stalled: bool,
}

impl Sent {
    /// What went to so many receivers, which were all.
    pub(in crate::endpoint) fn to_all(count: usize) -> Self {
        let left_out = None;
        Self { count, left_out }
    }

    /// How many endpoints got it; this one counts too if it subscribes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The names of the subscribed endpoints that did not: they are stalled, or went away while
    /// the broadcast waited for them.
    #[must_use]
    pub fn undelivered(&self) -> &[String] {
        self.left_out
            .as_ref()
            .map_or(&[], |left_out| &left_out.names)
    }

    /// Whether every subscribed endpoint got it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left_out.is_none()
    }

    /// Whether an endpoint that is there had no room.
    pub(super) fn is_stalled(&self) -> bool {
        self.left_out
            .as_ref()
            .is_some_and(|left_out| left_out.stalled)
    }

    pub(super) fn has_stalled(&mut self, endpoint: &str) {
        self.leave_out(endpoint).stalled = true;
    }

    pub(super) fn has_gone(&mut self, endpoint: &str) {
        self.leave_out(endpoint);
    }

    fn leave_out(&mut self, endpoint: &str) -> &mut LeftOut {
        let left_out = self.left_out.get_or_insert_default();
        left_out.names.push(endpoint.to_owned());
        left_out
    }
}
