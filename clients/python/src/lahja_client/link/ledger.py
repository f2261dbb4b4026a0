"""How many events went out that the receiver has not confirmed."""

from __future__ import annotations

from collections import deque

# From so many runs on, what follows is confirmed with the last one alone: a receiver that sets a huge
# window and grants nothing must not make the sender remember each event.
_MAX_RUNS = 16 * 1024


class Ledger:
    """The events of one window, oldest first, in runs of equal cost."""

    def __init__(self) -> None:
        # Of each run: what one grant must amount to, how many of them there are, and how many events
        # each of them confirms.
        self._runs: deque[tuple[int, int, int]] = deque()
        self._last = 0
        self._repeated = 0
        self._granted = 0

    def __len__(self) -> int:
        return self._repeated + sum(count * events for _, count, events in self._runs)

    def spend(self, cost: int) -> None:
        if cost == self._last:
            self._repeated += 1
        else:
            self._end_run()
            self._last, self._repeated = cost, 1

    def _end_run(self) -> None:
        if self._repeated:
            run = (self._last, self._repeated, 1)
            if len(self._runs) == _MAX_RUNS:
                cost, count, events = self._runs.pop()
                total = cost * count + self._last * self._repeated
                run = (total, 1, count * events + self._repeated)
            self._runs.append(run)
        self._last = self._repeated = 0

    def confirm(self, granted: int) -> None:
        self._granted += granted
        while self._granted > 0 and self._runs:
            cost, count, events = self._runs.popleft()
            confirmed = min(self._granted // cost, count)
            self._granted -= confirmed * cost
            if confirmed < count:
                self._runs.appendleft((cost, count - confirmed, events))
                return
        if self._repeated:
            confirmed = min(self._granted // self._last, self._repeated)
            self._granted -= confirmed * self._last
            self._repeated -= confirmed
        if not self._repeated:
            self._granted = 0
