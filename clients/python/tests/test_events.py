"""What a message class says of its event."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chat_pb2
import conformance_pb2
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, empty_pb2
from support import at

import lahja_pb2
from lahja_client import Endpoint, InvalidEvent, TypeIdCollision
from lahja_client.events import event_type, response_of, used_in
from lahja_client.wire.names import type_id_of

FileProto = descriptor_pb2.FileDescriptorProto


def test_options_and_services_are_read() -> None:
    ask = event_type(conformance_pb2.Ask)
    assert ask.name == "lahja.conformance.v1.Ask"
    assert ask.type_id == type_id_of(ask.name)
    assert ask.response is conformance_pb2.Answer
    assert event_type(conformance_pb2.Touched).response is empty_pb2.Empty
    assert event_type(chat_pb2.GetHistory).response is chat_pb2.History
    assert event_type(conformance_pb2.Note).response is None
    assert event_type(conformance_pb2.Renumbered).type_id == 0x0123456789ABCDEF


def file(*responses: tuple[str, str], rpcs: tuple[tuple[str, str], ...] = ()) -> Any:
    """A file in which a message `p.Outer.Q` is bound to responses."""
    proto = FileProto(name="p.proto", package="p", syntax="proto3", dependency=["lahja.proto"])
    outer = proto.message_type.add(name="Outer")
    outer.nested_type.add(name="R")
    proto.message_type.add(name="R")
    for name, response in responses:
        extensions: Any = outer.nested_type.add(name=name).options.Extensions
        extensions[lahja_pb2.event].response = response
    service = proto.service.add(name="S")
    for number, (request, response) in enumerate(rpcs):
        service.method.add(name=f"M{number}", input_type=request, output_type=response)
    pool = descriptor_pool.DescriptorPool()
    for module in (descriptor_pb2, lahja_pb2):
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    pool.Add(proto)
    return pool.FindFileByName("p.proto")


@pytest.mark.parametrize(
    "named, found",
    [
        ("R", "p.Outer.R"),
        (".p.R", "p.R"),
        ("p.R", "p.R"),
        ("Outer.R", "p.Outer.R"),
        ("Q", "p.Outer.Q"),
    ],
)
def test_a_response_is_found_as_a_fields_type_is(named: str, found: str) -> None:
    known = file(("Q", named))
    request = known.message_types_by_name["Outer"].nested_types_by_name["Q"]
    response = response_of(request, [known])
    assert response is not None and response.full_name == found


def test_what_services_and_requests_use_are_events() -> None:
    requests = file(("Q", "R"), ("Wrong", "Missing"))
    service = file(rpcs=((".p.R", ".p.Outer"),))
    assert list(used_in([requests])) == ["p.Outer.R"]
    assert list(used_in([service])) == ["p.R", "p.Outer"]


def conflicts() -> Iterator[Any]:
    q, r = ".p.Outer.Q", ".p.R"
    yield pytest.param(file(("Q", "Missing")), "there is no message Missing", id="missing")
    yield pytest.param(file(("Q", "R"), rpcs=((q, r),)), "two responses, p.Outer.R", id="two")
    yield pytest.param(file(("Q", ""), rpcs=((q, r), (q, r))), "p.S.M0 and p.S.M1", id="methods")


@pytest.mark.parametrize("known, why", list(conflicts()))
def test_a_declaration_that_contradicts_itself(known: Any, why: str) -> None:
    request = known.message_types_by_name["Outer"].nested_types_by_name["Q"]
    with pytest.raises(InvalidEvent, match=why):
        response_of(request, [known])


def test_what_is_no_message_is_no_event() -> None:
    for wrong in (int, object(), "Note"):
        with pytest.raises(InvalidEvent, match="no generated message class"):
            event_type(wrong)  # type: ignore[arg-type]


async def test_messages_that_are_not_declared_as_events(directory: Path) -> None:
    Inner = conformance_pb2.Inner
    async with Endpoint.serve(at(directory, "alice")) as alice:
        for use in alice.stream, alice.is_any_endpoint_subscribed_to:
            with pytest.raises(InvalidEvent, match=r"v1.Inner is no event.*option \(lahja.event\)"):
                use(Inner)
        with pytest.raises(InvalidEvent, match="Inner is no event"):
            await alice.broadcast(Inner())
        # By the option, as a method's input and output, as a request's response, well known.
        chat = [chat_pb2.GetHistory, chat_pb2.History]
        for event in [conformance_pb2.Note, *chat, conformance_pb2.Answer, empty_pb2.Empty]:
            alice.subscribe(event, print)


async def test_classes_and_messages_that_are_mixed_up(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        with pytest.raises(InvalidEvent, match="a message where a class was expected: Note"):
            alice.subscribe(conformance_pb2.Note(), print)  # type: ignore[arg-type]
        for send in alice.broadcast, alice.request:
            with pytest.raises(InvalidEvent, match="a class where a message was expected"):
                await send(conformance_pb2.Note)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="None is no handler"):
            alice.subscribe(conformance_pb2.Note, None)  # type: ignore[arg-type]


async def test_two_names_under_one_id_collide(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = event_type(conformance_pb2.Note)._replace(
        type_id=event_type(conformance_pb2.Ask).type_id
    )
    monkeypatch.setitem(event_type.__globals__["_known"], conformance_pb2.Note, other)
    async with Endpoint(at(directory, "alice")).run() as alice:
        alice.subscribe(conformance_pb2.Ask, print)
        with pytest.raises(TypeIdCollision, match="Ask and .*Note share the type ID 0x"):
            alice.subscribe(conformance_pb2.Note, print)
