//! How often those who handle events one by one let the other tasks of their thread run.

/// How many events make a step, of which tokio lets a task make 128 before it has to give way. It
/// is meant for steps that take longer than an event does; and after 512 small events there is
/// enough to write, or so much was read, that a system call is well spent.
const EVENTS_PER_STEP: u8 = 4;

/// Counts events.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Steps {
    events: u8,
}

impl Steps {
    pub(crate) const fn new() -> Self {
        Self { events: 0 }
    }

    /// Counts an event; true if a step begins with it.
    pub(crate) fn begins(&mut self) -> bool {
        let begins = self.events == 0;
        self.events = (self.events + 1) % EVENTS_PER_STEP;
        begins
    }
}
