"""Who gets which type of event: the routes of one endpoint."""

from __future__ import annotations

from google.protobuf.message import Message

from .config import Options
from .errors import TooManySubscriptions, TypeIdCollision
from .events import declared, event_type
from .link.interests import MAX_TYPES
from .link.link import Link
from .link.outflow import Outflow
from .link.outgoing import Outgoing
from .route import Route
from .subscribers import Subscription
from .wire import lahja_wire_pb2 as pb
from .wire.frames import Violation


class Routes:
    """By type ID, and by the classes that this endpoint uses."""

    def __init__(self, me: str, options: Options) -> None:
        self.by_class: dict[type[Message], Route] = {}
        self._me = me
        self._options = options
        self._by_id: dict[int, Route] = {}
        self._subscribed = 0

    def get(self, type_id: int) -> Route | None:
        return self._by_id.get(type_id)

    def subscribed(self) -> list[pb.EventType]:
        """What this endpoint wants to receive."""
        return [route.wanted for route in self._by_id.values() if route.subscribers]

    def of(self, cls: type[Message]) -> Route:
        """The route of an event that this endpoint uses itself from now on."""
        used = event_type(cls)
        route = self.by_class.get(cls)
        if route is not None:
            return route
        declared(cls)
        route = self._route(used.type_id)
        if route.type is not None and route.type.name != used.name:
            raise TypeIdCollision(
                f"{route.type.name} and {used.name} share the type ID {used.type_id:#018x}: "
                "give one of them another with `type_id` in its declaration"
            )
        route.type = route.type or used
        for link, name in list(route.names.items()):
            if name != used.name:
                link.violated(Violation(f"{name} is announced under the type ID of {used.name}"))
        self.by_class[cls] = route
        return route

    def _route(self, type_id: int) -> Route:
        route = self._by_id.get(type_id)
        if route is None:
            route = self._by_id[type_id] = Route(self._me, type_id, self._options)
        return route

    def interested(self, link: Link, added: pb.EventType, flow: Outflow[Outgoing]) -> None:
        self._route(added.id).add_peer(link, added.name, flow)

    def uninterested(self, link: Link, type_id: int) -> None:
        route = self._by_id.get(type_id)
        if route is not None:
            route.remove_peer(link)
            if route.is_unused:
                del self._by_id[type_id]

    def add(self, route: Route, subscription: Subscription) -> bool:
        """True if it is the first of its type."""
        if not route.subscribers:
            if self._subscribed == MAX_TYPES:
                message = f"{route.name} is one type too many: {MAX_TYPES} are allowed"
                raise TooManySubscriptions(message)
            self._subscribed += 1
        route.subscribers = (*route.subscribers, subscription)
        return len(route.subscribers) == 1

    def remove(self, route: Route, subscription: Subscription) -> bool:
        """True if it was the last of its type."""
        route.subscribers = tuple(s for s in route.subscribers if s is not subscription)
        self._subscribed -= not route.subscribers
        return not route.subscribers

    def end(self) -> None:
        """The endpoint stops: nothing more is delivered."""
        for route in self._by_id.values():
            route.own.close()
            for subscription in route.subscribers:
                subscription.end()
