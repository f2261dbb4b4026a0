"""What can go wrong, each naming the endpoint, the event or the path that it is about."""

from __future__ import annotations

from collections.abc import Sequence

# fmt: off
__all__ = [
    "ConnectionAttemptRejected", "DeadlineExceeded", "DecodeError", "Disconnected", "Full",
    "HandlerFailed", "InsecureDirectory", "InvalidEvent", "InvalidName", "InvalidOption",
    "LahjaError", "LifecycleError", "NameTaken", "NoSubscribers", "NotConnected", "NotRequested",
    "PathTooLong", "RemoteDisconnected", "RequestFailed", "ShuttingDown", "Stalled", "TooLarge",
    "TooManySubscriptions", "TypeIdCollision", "Unanswered", "UnexpectedResponse",
]
# fmt: on


class LahjaError(Exception):
    """Base class of all errors of lahja."""


class LifecycleError(LahjaError):
    """The endpoint does not run yet, runs already, or has stopped."""


class InvalidOption(LahjaError, ValueError):
    """An option makes no sense."""


class InvalidName(LahjaError, ValueError):
    """An endpoint's or an event's name is none."""


class InvalidEvent(LahjaError, TypeError):
    """A message's declaration contradicts itself, or it is not what the call needs."""


class TypeIdCollision(LahjaError):
    """Two event names have one type ID: give one of them another with `type_id`."""


class TooManySubscriptions(LahjaError):
    """This endpoint subscribes to as many event types as a peer takes."""


class NameTaken(LahjaError):
    """Another endpoint of this name is alive in this directory."""


class PathTooLong(LahjaError):
    """The path of a socket is longer than the system can bind."""


class InsecureDirectory(LahjaError):
    """Others could tamper with the sockets in this directory."""


class ConnectionAttemptRejected(LahjaError):
    """A connection to this endpoint will not come about."""


class NotConnected(LahjaError):
    """There is no connection to this endpoint."""


class NoSubscribers(LahjaError):
    """Nobody who was meant subscribes to the event."""


class TooLarge(LahjaError):
    """An event or an answer needs a larger frame than its receiver takes. Nothing was sent."""


class NotRequested(LahjaError):
    """An answer to what came by `broadcast`: nobody waits for it."""


class DeadlineExceeded(LahjaError, TimeoutError):
    """Nothing came of it in time."""


class _NoRoom(LahjaError):
    def __init__(self, message: str, endpoints: Sequence[str]) -> None:
        super().__init__(message)
        self.endpoints = tuple(endpoints)


class Full(_NoRoom):
    """A receiver has no room now, and nothing was sent to anyone. `endpoints` has none."""


class Stalled(_NoRoom):
    """No receiver made room in time, or with `require_all` not all did: `endpoints` did not."""


class RequestFailed(LahjaError):
    """Every endpoint that had the request failed; this is the last one's reason."""

    def __init__(self, message: str, endpoint: str) -> None:
        super().__init__(message)
        self.endpoint = endpoint


class RemoteDisconnected(RequestFailed):
    """The endpoint went away before it answered."""


Disconnected = RemoteDisconnected


class Unanswered(RequestFailed):
    """The endpoint dropped the request without an answer."""


class HandlerFailed(RequestFailed):
    """The handler of the request failed, and says why."""


class ShuttingDown(RequestFailed):
    """The endpoint stops, and did not answer."""


class DecodeError(RequestFailed):
    """A payload is not what its type says."""


class UnexpectedResponse(RequestFailed):
    """The answer is of another type than the request is bound to."""
