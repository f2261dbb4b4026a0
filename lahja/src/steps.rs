//! How often those who handle events one by one let the other tasks of their thread run.

/// Counts events, of which several make a step.
///
/// Of steps tokio lets a task make 128 before it has to give way. They are meant for what takes
/// longer than an event does, and a turn of so few small events would not be worth the system calls
/// around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    events: u8,
    per_step: u8,
}

impl Steps {
    /// For whoever sends: a turn is 2,048 events, some 0.2 ms.
    pub(crate) const fn of_sending() -> Self {
        Self {
            events: 0,
            per_step: 16,
        }
    }

    /// For whoever receives, and does something with each event: a turn is 512 of them.
    pub(crate) const fn of_receiving() -> Self {
        Self {
            events: 0,
            per_step: 4,
        }
    }

    /// Counts an event; true if a step begins with it.
    pub(crate) fn begins(&mut self) -> bool {
        let begins = self.events == 0;
        self.events = (self.events + 1) % self.per_step;
        begins
    }
}
