//! The sending side of one subscription: its window, and who waits for it to widen.

use std::collections::VecDeque;

use super::unconfirmed::Unconfirmed;
use crate::wire::run::Run;

/// What an event costs beside its frame's length, so that empty events are bounded too.
const EVENT_OVERHEAD: u64 = 64;

/// What an event costs whose frame's body has this length.
pub(crate) fn cost(frame_len: usize) -> u64 {
    frame_len as u64 + EVENT_OVERHEAD
}

/// What the events of a run cost together.
pub(crate) fn cost_of_run(run: &Run) -> u64 {
    run.body_len() as u64 + run.events() as u64 * EVENT_OVERHEAD
}

/// Identifies what waits for room, across all links that it waits on.
pub(crate) type SendId = u64;

/// How many bytes a receiver takes before it grants more.
///
/// Below 0 after an event that overdrew it. `None`: the receiver set no window.
#[derive(Debug)]
struct Window {
    announced: i64,
    left: Option<i64>,
}

impl Window {
    fn new(announced: u64) -> Self {
        let announced = i64::try_from(announced).unwrap_or(i64::MAX);
        Self {
            announced,
            left: (announced != 0).then_some(announced),
        }
    }

    fn is_set(&self) -> bool {
        self.left.is_some()
    }

    fn is_open(&self) -> bool {
        self.left.is_none_or(|left| left > 0)
    }

    fn spend(&mut self, cost: u64) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub_unsigned(cost);
        }
    }

    /// A grant never widens a window beyond what was announced.
    fn widen(&mut self, bytes: u64) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_add_unsigned(bytes).min(self.announced);
        }
    }
}

/// An event that waits for room, or has just found it.
#[derive(Debug)]
pub(crate) struct Waiting<T> {
    pub(crate) id: SendId,
    pub(crate) item: T,
    /// Events given up on just before it.
    pub(crate) missed: u64,
}

/// One event type on its way to one receiver. `T` is what waits when there is no room.
#[derive(Debug)]
pub(crate) struct Outflow<T> {
    window: Window,
    waiting: VecDeque<Waiting<T>>,
    stalled: bool,
    /// Events given up on behind all that wait.
    missed: u64,
    unconfirmed: Unconfirmed,
}

impl<T> Outflow<T> {
    /// `window` as the receiver announced it: 0 means that it set none.
    pub(crate) fn new(window: u64) -> Self {
        Self {
            window: Window::new(window),
            waiting: VecDeque::new(),
            stalled: false,
            missed: 0,
            unconfirmed: Unconfirmed::default(),
        }
    }

    /// Whether an event may go out now: nobody waits before it, and the window is open.
    pub(crate) fn is_clear(&self) -> bool {
        self.waiting.is_empty() && self.window.is_open()
    }

    /// Whether a broadcast let its deadline pass here, and no room was made since.
    pub(crate) fn is_stalled(&self) -> bool {
        self.stalled
    }

    pub(crate) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether the next event has to tell of events given up on.
    pub(crate) fn has_missed(&self) -> bool {
        self.missed > 0
    }

    /// Events given up on since the last one that went out or waits: the next one tells it.
    pub(crate) fn take_missed(&mut self) -> u64 {
        std::mem::take(&mut self.missed)
    }

    /// Accounts for an event of this cost that goes out now; false if no credit confirms it.
    pub(crate) fn spend(&mut self, cost: u64) -> bool {
        self.window.spend(cost);
        self.stalled = false;
        let is_credited = self.window.is_set();
        if is_credited {
            self.unconfirmed.push(cost);
        }
        is_credited
    }

    pub(crate) fn wait(&mut self, id: SendId, item: T) {
        let missed = self.take_missed();
        self.waiting.push_back(Waiting { id, item, missed });
    }

    /// The first that waits, if the window is open for it.
    pub(crate) fn next_ready(&mut self) -> Option<Waiting<T>> {
        if !self.window.is_open() {
            return None;
        }
        self.waiting.pop_front()
    }

    /// Gives up on what waits under `id`; `None` if it went out before.
    pub(crate) fn abandon(&mut self, id: SendId) -> Option<T> {
        let at = self.waiting.iter().position(|waiting| waiting.id == id)?;
        let Waiting {
            item,
            missed: before,
            ..
        } = self.waiting.remove(at)?;
        let missed = match self.waiting.get_mut(at) {
            Some(next) => &mut next.missed,
            None => &mut self.missed,
        };
        *missed = missed.saturating_add(before).saturating_add(1);
        Some(item)
    }

    /// An event did not go to this receiver.
    pub(crate) fn miss(&mut self) {
        self.missed = self.missed.saturating_add(1);
    }

    /// So many events were missed before the next one that goes out.
    pub(crate) fn missed_before_next(&mut self, missed: u64) {
        let next = match self.waiting.front_mut() {
            Some(waiting) => &mut waiting.missed,
            None => &mut self.missed,
        };
        *next = next.saturating_add(missed);
    }

    /// Marks the receiver as stalled; false if it was already.
    pub(crate) fn stall(&mut self) -> bool {
        !std::mem::replace(&mut self.stalled, true)
    }

    /// Room was made elsewhere: that ends a stall which is not about the window.
    pub(crate) fn recover_if_open(&mut self) {
        self.stalled &= !self.window.is_open();
    }

    /// The receiver granted `bytes` back.
    pub(crate) fn credit(&mut self, bytes: u64) {
        self.window.widen(bytes);
        self.stalled = false;
        self.unconfirmed.confirm(bytes);
    }

    /// How many events went out that the receiver has not confirmed by granting them back.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.unconfirmed.len()
    }

    /// Takes all that wait, when the flow ends.
    pub(crate) fn drain_waiting(&mut self) -> impl Iterator<Item = (SendId, T)> {
        self.waiting
            .drain(..)
            .map(|waiting| (waiting.id, waiting.item))
    }

    /// Whether nothing waits, and all that went out was granted back.
    #[cfg(test)]
    pub(crate) fn is_whole(&self) -> bool {
        let Window { announced, left } = self.window;
        left.is_none_or(|left| left == announced) && self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_may_overdraw_the_window_and_the_next_waits() {
        let mut flow: Outflow<&str> = Outflow::new(100);
        assert!(flow.is_clear());
        flow.spend(300);
        assert!(!flow.is_clear());
        flow.credit(200);
        assert!(!flow.is_clear(), "0 left is not above 0");
        flow.credit(1);
        assert!(flow.is_clear());
    }

    #[test]
    fn what_waits_goes_out_in_order_and_before_newcomers() {
        let mut flow = Outflow::new(10);
        flow.spend(10);
        flow.wait(1, "first");
        flow.wait(2, "second");
        flow.credit(10);
        assert!(
            !flow.is_clear(),
            "a newcomer must queue behind those that wait"
        );
        assert_eq!(flow.next_ready().map(|ready| ready.item), Some("first"));
        flow.spend(10);
        assert!(flow.next_ready().is_none());
    }

    #[test]
    fn giving_up_is_counted_until_the_next_event_tells_it() {
        let mut flow = Outflow::new(10);
        flow.spend(10);
        flow.wait(1, ());
        assert!(flow.abandon(1).is_some());
        assert!(
            flow.abandon(1).is_none(),
            "what is gone is not abandoned twice"
        );
        flow.miss();
        assert_eq!(flow.take_missed(), 2);
        assert_eq!(flow.take_missed(), 0);
    }

    #[test]
    fn without_a_window_nothing_waits_for_credit() {
        let mut flow: Outflow<()> = Outflow::new(0);
        flow.spend(u64::MAX);
        flow.spend(u64::MAX);
        assert!(flow.is_clear());
    }

    #[test]
    fn credit_ends_a_stall() {
        let mut flow: Outflow<()> = Outflow::new(10);
        assert!(flow.stall());
        assert!(!flow.stall(), "one warning for one stall");
        flow.credit(1);
        assert!(!flow.is_stalled());
    }
}
