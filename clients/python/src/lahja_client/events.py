"""What a generated message class says of the event that it is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn, Protocol, TypeVar

from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import MessageOptions
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import lahja_pb2

from .errors import InvalidEvent
from .wire.names import check_event_name, type_id_of

E_co = TypeVar("E_co", covariant=True)
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Request(Protocol[R_co]):
    """What type checkers know of a request: the type that answers it.

    `lahja_client.generate` writes this method into the stubs of requests. There is none at runtime.
    """

    def __lahja_response__(self, response: NoReturn) -> R_co: ...


class Answerable(Protocol[R]):
    """The same, for those who answer: with exactly this type."""

    def __lahja_response__(self, response: R) -> R: ...


class RequestClass(Protocol[E_co, R]):
    """The same of its class: what it makes, and what answers that."""

    def __call__(self, *fields: Any, **named: Any) -> E_co: ...
    def __lahja_response__(self, request: Any, response: R, /) -> R: ...


class EventType(NamedTuple):
    """An event's name, the ID that stands for it, and the class that answers it, if one does."""

    name: str
    type_id: int
    cls: type[Message]
    response: type[Message] | None


_known: dict[type[Message], EventType] = {}
_declared: set[type[Message]] = set()


def event_type(cls: type[Message]) -> EventType:
    known = _known.get(cls) if isinstance(cls, type) else None
    if known is None:
        known = _known[cls] = _read(cls)
    return known


def declared(cls: type[Message]) -> EventType:
    """The same, if it is declared to be an event: it may be another message by mistake."""
    known = event_type(cls)
    if cls not in _declared:
        descriptor: Any = cls.DESCRIPTOR
        by_itself = _has_option(descriptor) or descriptor.file.package == "google.protobuf"
        if not by_itself and known.name not in used_in([descriptor.file, *_imported()]):
            raise InvalidEvent(
                f"{known.name} is no event: give it `option (lahja.event) = {{}}`, or import the "
                "module of the service or the request that it belongs to"
            )
        _declared.add(cls)
    return known


def used_in(files: Iterable[FileDescriptor]) -> Iterator[str]:
    """The inputs and outputs of methods, and the responses that requests name."""
    for file in files:
        for service in file.services_by_name.values():
            for method in service.methods:
                yield method.input_type.full_name
                yield method.output_type.full_name
        for message in messages_in(file.message_types_by_name.values()):
            if named := _option(message).response:
                with suppress(InvalidEvent):  # that request's mistake
                    yield _resolve(message, named).full_name


def _read(cls: type[Message]) -> EventType:
    descriptor: Descriptor | None = getattr(cls, "DESCRIPTOR", None)
    if not isinstance(cls, type) or not issubclass(cls, Message) or descriptor is None:
        if isinstance(cls, Message):
            raise InvalidEvent(f"a message where a class was expected: {type(cls).__name__}")
        if isinstance(cls, type) and issubclass(cls, type):
            raise InvalidEvent("a class where a message was expected: call it")
        raise InvalidEvent(f"{cls!r} is no generated message class")
    check_event_name(descriptor.full_name)
    type_id = _option(descriptor).type_id or type_id_of(descriptor.full_name)
    response = response_of(descriptor, _imported())
    answer = None if response is None else GetMessageClass(response)
    return EventType(descriptor.full_name, type_id, cls, answer)


# The stubs know nothing of extensions.
def _options(descriptor: Descriptor) -> Any:
    # Read anew, as the option may be unknown to the pool that the descriptor is from.
    return MessageOptions.FromString(descriptor.GetOptions().SerializeToString())


def _has_option(descriptor: Descriptor) -> bool:
    has: bool = _options(descriptor).HasExtension(lahja_pb2.event)
    return has


def _option(descriptor: Descriptor) -> lahja_pb2.EventOptions:
    option: lahja_pb2.EventOptions = _options(descriptor).Extensions[lahja_pb2.event]
    return option


def _imported() -> list[FileDescriptor]:
    """The files of the generated modules that are imported."""
    modules = [module for name, module in list(sys.modules.items()) if name.endswith("_pb2")]
    files = (getattr(module, "DESCRIPTOR", None) for module in modules)
    return [file for file in files if isinstance(file, FileDescriptor)]


def imported_name(type_id: int) -> str | None:
    """Which of the messages that are imported has this type ID."""
    for file in _imported():
        for message in messages_in(file.message_types_by_name.values()):
            if type_id == (_option(message).type_id or type_id_of(message.full_name)):
                name: str = message.full_name
                return name
    return None


def messages_in(messages: Iterable[Descriptor]) -> Iterator[Descriptor]:
    """These, and what is nested in them."""
    for message in messages:
        yield message
        yield from messages_in(message.nested_types)


def response_of(request: Descriptor, files: Iterable[FileDescriptor]) -> Descriptor | None:
    """What answers a request, by its option or by the services in some files."""
    name = request.full_name
    services = [service for file in files for service in file.services_by_name.values()]
    methods = {
        method.full_name: method
        for service in services
        for method in service.methods
        if method.input_type.full_name == name
    }
    if len(methods) > 1:
        both = " and ".join(methods)
        raise InvalidEvent(f"{name} is the input of several methods, {both}: give each its own")
    named = _option(request).response
    by_option = _resolve(request, named) if named else None
    if not methods:
        return by_option
    [method] = methods.values()
    if method.client_streaming or method.server_streaming:
        raise InvalidEvent(f"{method.full_name} streams: a request has one answer")
    by_method: Descriptor = method.output_type
    if by_option is not None and by_option.full_name != by_method.full_name:
        raise InvalidEvent(
            f"{name} is bound to two responses, {by_option.full_name} by its option and "
            f"{by_method.full_name} by {method.full_name}"
        )
    return by_method


def _resolve(request: Descriptor, name: str) -> Descriptor:
    """The message of this name, found as the type of a field is: in the innermost scope first."""
    parts = request.full_name.split(".")
    scopes = [".".join([*parts[:length], ""]) for length in range(len(parts), -1, -1)]
    for scope in [""] if name.startswith(".") else scopes:
        try:
            found: Descriptor = request.file.pool.FindMessageTypeByName(scope + name.lstrip("."))
            return found
        except KeyError:
            continue
    raise InvalidEvent(f"there is no message {name} that could answer {request.full_name}")
