"""Typed events and requests between the processes of one machine, over Unix sockets, with no
broker: endpoints of lahja in Python."""

from .answers import Received
from .config import BroadcastConfig, ConnectionConfig, Options
from .endpoint import Endpoint
from .errors import (
    ConnectionAttemptRejected,
    DeadlineExceeded,
    DecodeError,
    Disconnected,
    Full,
    HandlerFailed,
    InsecureDirectory,
    InvalidEvent,
    InvalidName,
    InvalidOption,
    LahjaError,
    LifecycleError,
    NameTaken,
    NoSubscribers,
    NotConnected,
    NotRequested,
    PathTooLong,
    RemoteDisconnected,
    RequestFailed,
    ShuttingDown,
    Stalled,
    TooLarge,
    TooManySubscriptions,
    TypeIdCollision,
    Unanswered,
    UnexpectedResponse,
)
from .events import Request
from .hub import Unconfirmed
from .routes import Sent
from .subscribers import EventStream, Subscription

__all__ = [
    "BroadcastConfig",
    "ConnectionAttemptRejected",
    "ConnectionConfig",
    "DeadlineExceeded",
    "DecodeError",
    "Disconnected",
    "Endpoint",
    "EventStream",
    "Full",
    "HandlerFailed",
    "InsecureDirectory",
    "InvalidEvent",
    "InvalidName",
    "InvalidOption",
    "LahjaError",
    "LifecycleError",
    "NameTaken",
    "NoSubscribers",
    "NotConnected",
    "NotRequested",
    "Options",
    "PathTooLong",
    "Received",
    "RemoteDisconnected",
    "Request",
    "RequestFailed",
    "Sent",
    "ShuttingDown",
    "Stalled",
    "Subscription",
    "TooLarge",
    "TooManySubscriptions",
    "TypeIdCollision",
    "Unanswered",
    "Unconfirmed",
    "UnexpectedResponse",
]
