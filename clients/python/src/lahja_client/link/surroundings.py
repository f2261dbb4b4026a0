"""What a link has below, above and around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..wire import lahja_wire_pb2 as pb
from ..wire.frames import Run
from .inflow import Inflow
from .outflow import Outflow
from .outgoing import Outgoing

if TYPE_CHECKING:
    from .link import Link


class Port(Protocol):
    """The stream below, which writes in order what it is given."""

    is_open: bool
    # How many bytes it was given.
    appended: int

    @property
    def unwritten(self) -> int: ...
    @property
    def unread_control(self) -> int: ...
    @property
    def has_hung_up(self) -> bool: ...
    def write(self, frame: bytes) -> None: ...
    def write_control(self, frame: bytes) -> None: ...
    def finish(self) -> None:
        """Writes all, and shuts the write half."""

    def close(self) -> None:
        """Writes all, and closes."""

    def abort(self) -> None: ...
    def set_deadline(self, seconds: float | None) -> None:
        """When to call `Link.timed_out`."""


class Owner(Protocol):
    """The endpoint above."""

    def interested(self, link: Link, added: pb.EventType, flow: Outflow[Outgoing]) -> None: ...
    def uninterested(self, link: Link, type_id: int) -> None: ...
    def arrived(self, link: Link, inflow: Inflow, run: Run) -> None: ...
    def arrived_single(
        self, link: Link, inflow: Inflow, broadcast: pb.Broadcast, cost: int
    ) -> Callable[[], None]:
        """Gives what to call when nobody waits for the answer any more."""
        ...

    def changed(self) -> None: ...
    def left(self, link: Link) -> None:
        """The peer is gone and can be linked anew, though what it sent may not be taken yet."""

    def closed(self, link: Link) -> None: ...


@dataclass(frozen=True)
class Terms:
    """What the peer takes, and our own limits."""

    max_frame_len: int
    takes_snappy: bool
    unwritten_control: int
    ready_within: float
    drain: float
