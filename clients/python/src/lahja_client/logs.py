"""Where failed handlers and the like are told: the logger `lahja_client`."""

from __future__ import annotations

import logging
import time

_PER_SECOND = 10

log = logging.getLogger("lahja_client")


class _Limit(logging.Filter):
    """Of each kind of message so many a second, so that no peer can flood the log."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = 0.0
        self._counts: dict[object, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self._begun >= 1:
            self._begun, self._counts = now, {}
        count = self._counts[record.msg] = self._counts.get(record.msg, 0) + 1
        if count == _PER_SECOND:
            record.msg = f"{record.msg} (more of this kind are left out for up to a second)"
        return count <= _PER_SECOND


log.addFilter(_Limit())
