"""Who may be linked to whom: admission, names, and connects that cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from ..wire import lahja_wire_pb2 as pb

L = TypeVar("L")


class Refusal(Exception):
    """A connection that is not admitted, or was not."""

    def __init__(self, reason: pb.Goodbye.Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass
class _Acquaintance(Generic[L]):
    # Our own `Hello` is on an open stream, unanswered.
    greeted: bool = False
    link: L | None = None
    instance: int = 0


class Meeting(Generic[L]):
    """The links and open attempts of one endpoint, by name.

             may_greet                 answered
    nothing ──────────► greeted ─────────────────────────► linked
       │                   │ admit: our name sorts higher     ▲
       │                   └────────► greeted and linked ─────┤ answered: replaces it
       └─────────────────── admit ────────────────────────────┘ attempt_over: keeps it
    """

    def __init__(self, me: str) -> None:
        self._me = me
        self._known: dict[str, _Acquaintance[L]] = {}

    def link(self, name: str) -> L | None:
        known = self._known.get(name)
        return known.link if known else None

    def may_greet(self, name: str) -> bool:
        """Asks to send our `Hello`; not if there is a link, or an attempt that is unanswered."""
        known = self._known.setdefault(name, _Acquaintance())
        may = known.link is None and not known.greeted
        known.greeted |= may
        return may

    def attempt_over(self, name: str) -> None:
        """Our attempt ended without a link of its own."""
        if name in self._known:
            self._known[name].greeted = False
            self._forget_if_nothing(name)

    def answered(self, name: str, instance: int, link: L) -> L | None:
        """Our `Hello` was answered: that is the link. Gives the admitted one that it replaces."""
        known = self._known.setdefault(name, _Acquaintance())
        replaced = known.link
        self._known[name] = _Acquaintance(False, link, instance)
        return replaced

    def judge(self, name: str, instance: int) -> None:
        """Judges a `Hello` that came in."""
        if name == self._me:
            raise Refusal(pb.Goodbye.REASON_NAME_TAKEN, f"{name} is this endpoint's own name")
        known = self._known.get(name, _Acquaintance())
        if known.link is not None and known.instance == instance:
            raise Refusal(pb.Goodbye.REASON_DUPLICATE, f"{name} is linked to this endpoint already")
        if known.link is not None:
            message = f"the name {name} belongs to another endpoint that is alive"
            raise Refusal(pb.Goodbye.REASON_NAME_TAKEN, message)
        if known.greeted and self._me < name:
            message = f"{self._me} is connecting to {name} itself"
            raise Refusal(pb.Goodbye.REASON_DUPLICATE, message)

    def admitted(self, name: str, instance: int, link: L) -> None:
        known = self._known.setdefault(name, _Acquaintance())
        known.link, known.instance = link, instance

    def closed(self, name: str, link: L) -> None:
        known = self._known.get(name)
        if known and known.link is link:
            known.link = None
            self._forget_if_nothing(name)

    def _forget_if_nothing(self, name: str) -> None:
        known = self._known[name]
        if known.link is None and not known.greeted:
            del self._known[name]
