"""Typed events and requests between the processes of one machine, over Unix sockets, with no
broker: endpoints of lahja in Python."""

from .answers import Received
from .config import BroadcastConfig, ConnectionConfig, Options
from .endpoint import Endpoint
from .errors import *  # noqa: F403
from .errors import __all__ as _errors
from .events import Request
from .hub import Unconfirmed
from .route import Sent
from .subscribers import EventStream, Subscription

__all__ = ["BroadcastConfig", "ConnectionConfig", "Endpoint", "EventStream", "Options", "Received"]
__all__ += ["Request", "Sent", "Subscription", "Unconfirmed"]
__all__ += _errors
