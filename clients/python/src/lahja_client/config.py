"""Where an endpoint is, how an event is sent, and what limits an endpoint has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .directory import default_directory
from .errors import InvalidOption
from .wire.compression import AVAILABLE
from .wire.frames import DEFAULT_LIMIT, LEAST_LIMIT
from .wire.names import check_endpoint_name


class ConnectionConfig(NamedTuple):
    """Which endpoint is meant: its name, and the path of its socket."""

    name: str
    path: Path

    @classmethod
    def from_name(cls, name: str, base_path: Path | None = None) -> ConnectionConfig:
        """The endpoint of this name in this directory. Without one, in `$LAHJA_DIR`, else in
        `$XDG_RUNTIME_DIR/lahja`, else in `lahja-<uid>` under the temporary directory."""
        check_endpoint_name(name)
        directory = default_directory() if base_path is None else Path(base_path)
        return cls(name, directory / f"{name}.ipc")


@dataclass(frozen=True)
class BroadcastConfig:
    """To whom an event goes, and what must hold for that."""

    # The only endpoint that may get it.
    filter_endpoint: str | None = None
    # Only subscribers of the sending endpoint get it.
    internal: bool = False
    # Raise `NoSubscribers` if nobody who is meant subscribes.
    require_subscriber: bool = True
    # Wait until somebody who is meant subscribes, up to the timeout. The receivers of a broadcast
    # have as long again to make room.
    wait_for_subscriber: bool = False
    # Raise `Stalled` if one receiver does not get it, though others did.
    require_all: bool = False
    # Seconds to wait, instead of the endpoint's default for broadcasts or requests.
    timeout: float | None = None
    # Texts beside the event, such as `traceparent`.
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.internal and self.filter_endpoint is not None:
            raise ValueError("`internal` can not be used with `filter_endpoint`")
        for key, value in self.headers.items():
            if not isinstance(key, str) or not isinstance(value, str):
                raise InvalidOption(f"headers: texts by texts, not {value!r} by {key!r}")

    def allowed_to_receive(self, endpoint: str) -> bool:
        return self.filter_endpoint is None or self.filter_endpoint == endpoint


@dataclass(frozen=True)
class Options:
    """Limits of one endpoint: sizes in bytes, times in seconds."""

    # Events of one type under way to a subscriber, per connection.
    window: int = 1024 * 1024
    # The largest frame that is accepted.
    max_frame_len: int = DEFAULT_LIMIT
    # Payloads above this are sent compressed, to whoever takes that. `None`: never.
    compress_above: int | None = None
    # Events wait while more than this is unwritten on a connection.
    unwritten_events: int = 1024 * 1024
    # A peer that leaves more answers and control than this unread is disconnected.
    unwritten_control: int = 32 * 1024 * 1024
    # Requests handled at a time, per `respond`.
    handlers: int = 64
    handshake_timeout: float = 5.0
    connect_timeout: float = 10.0
    request_timeout: float = 10.0
    broadcast_timeout: float = 5.0
    drain_timeout: float = 5.0

    def __post_init__(self) -> None:
        if not LEAST_LIMIT <= self.max_frame_len <= 0xFFFFFFFF:
            raise InvalidOption(
                f"max_frame_len: {LEAST_LIMIT} to {0xFFFFFFFF}, not {self.max_frame_len}"
            )
        for name in ("window", "unwritten_events", "unwritten_control", "handlers"):
            if getattr(self, name) < 1:
                raise InvalidOption(f"{name}: at least 1, not {getattr(self, name)}")
        for name in ("handshake", "connect", "request", "broadcast", "drain"):
            seconds = getattr(self, f"{name}_timeout")
            if not seconds > 0:
                raise InvalidOption(f"{name}_timeout: more than 0 s, not {seconds}")
        if self.compress_above is not None and not AVAILABLE:
            raise InvalidOption("compress_above: compression needs cramjam, `pip install cramjam`")
