"""Endpoints over real sockets: events."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance_pb2 import Answer, Ask, Note, Renumbered
from support import at, pair, until

from lahja_client import (
    BroadcastConfig,
    Endpoint,
    Full,
    LifecycleError,
    NoSubscribers,
    Options,
    Received,
    Stalled,
    TooLarge,
)
from lahja_client.events import event_type
from lahja_client.wire import compression
from lahja_client.wire import lahja_wire_pb2 as pb
from lahja_client.wire.frames import DEFAULT_LIMIT, Run, Single, Splitter, encode

SMALL = Options(window=1000, broadcast_timeout=0.1)
QUIET = BroadcastConfig(require_subscriber=False)


async def subscribed(alice: Endpoint, event: Any = Note) -> None:
    await alice.wait_until_endpoint_subscribed_to("bob", event)


async def test_events_arrive_in_order_and_with_their_origin(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        got: list[Received[Note]] = []
        bob.subscribe(Note, got.append)
        await subscribed(alice)
        for number in range(20_000):
            sent = await alice.broadcast(Note(number=number, text="x" * (number % 300)))
            assert (sent.count, sent.undelivered) == (1, ())
        await until(lambda: len(got) == 20_000)
        assert [note.event.number for note in got] == list(range(20_000))
        assert {(note.origin, note.missed) for note in got} == {("alice", 0)}
        assert [len(note.event.text) for note in got] == [n % 300 for n in range(20_000)]


async def test_every_kind_of_subscriber_gets_every_event(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        called: list[int] = []
        awaited: list[int] = []

        async def handler(note: Received[Note]) -> None:
            await asyncio.sleep(0)
            awaited.append(note.event.number)

        bob.subscribe(Note, lambda note: called.append(note.event.number))
        bob.subscribe(Note, handler)
        stream = bob.stream(Note, 3)
        first = bob.wait_for(Note)
        await subscribed(alice)
        for number in range(5):
            await alice.broadcast(Note(number=number))
        assert [note.event.number async for note in stream] == [0, 1, 2]
        assert (await first).event.number == 0
        await until(lambda: called == awaited == [0, 1, 2, 3, 4])


async def test_an_endpoint_gets_its_own_events(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        own: list[str] = []
        alice.subscribe(Note, lambda note: own.append(note.event.text))
        bob.subscribe(Note, lambda note: own.append("bob's"))
        await subscribed(alice)
        internal = BroadcastConfig(internal=True)
        assert (await alice.broadcast(Note(text="for me"), internal)).count == 1
        assert (await alice.broadcast(Note(text="me too"), BroadcastConfig("alice"))).count == 1
        assert own == ["for me", "me too"]
        assert (await alice.broadcast(Note(text="for all"))).count == 2
        await until(lambda: own == ["for me", "me too", "for all", "bob's"])


async def test_an_event_to_nobody(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        for send in (alice.broadcast, alice.broadcast_nowait):
            with pytest.raises(
                NoSubscribers,
                match="nobody subscribes to lahja.conformance.v1.Note: .* `wait_for_subscriber`",
            ):
                await _result(send(Note()))
            assert (await _result(send(Note(), QUIET))).count == 0
            with pytest.raises(NoSubscribers, match="carol is not connected"):
                await _result(send(Note(), BroadcastConfig(filter_endpoint="carol")))


async def _result(sent: Any) -> Any:
    return await sent if asyncio.iscoroutine(sent) else sent


async def test_headers_and_another_type_id_travel(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        first = bob.wait_for(Renumbered)
        await subscribed(alice, Renumbered)
        await alice.broadcast(Renumbered(), BroadcastConfig(headers={"traceparent": "00-ab"}))
        assert (await first).headers == {"traceparent": "00-ab"}


@pytest.mark.skipif(not compression.AVAILABLE, reason="snappy is not installed")
async def test_what_compresses_well_is_compressed(directory: Path) -> None:
    async with pair(directory, Options(compress_above=100)) as (alice, bob):
        texts = ["short", "y" * 100_000, os.urandom(300).hex()]
        stream = bob.stream(Note, len(texts))
        await subscribed(alice)
        for text in texts:
            await alice.broadcast(Note(text=text))
        assert [note.event.text async for note in stream] == texts


async def test_a_broadcast_may_wait_for_a_subscriber(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        at_once = BroadcastConfig(wait_for_subscriber=True, timeout=0.01)
        for in_vain in alice.broadcast(Note(), at_once), alice.request(Ask(), at_once):
            with pytest.raises(NoSubscribers):
                await in_vain
        patient = BroadcastConfig(wait_for_subscriber=True, filter_endpoint="bob")
        sending = asyncio.create_task(alice.broadcast(Note(text="waited"), patient))
        asking = asyncio.create_task(alice.request(Ask(text="waited"), patient))
        await asyncio.sleep(0)
        assert not sending.done() and not asking.done()
        notes = bob.stream(Note)
        bob.respond(Ask, lambda ask: Answer(text=ask.event.text))
        assert (await sending).count == 1
        assert (await asking).text == "waited"
        assert (await anext(notes)).event.text == "waited"


async def test_a_confirmed_subscription_is_known_everywhere(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        for number in range(20):
            notes = bob.stream(Note)
            await notes.confirmed()
            assert alice.is_endpoint_subscribed_to("bob", Note)
            await alice.broadcast(Note(number=number))
            assert (await anext(notes)).event.number == number
            await notes.aclose()
            subscription = bob.subscribe(Note, print)
            subscription.unsubscribe()
            await subscription.confirmed()
            assert not alice.is_endpoint_subscribed_to("bob", Note)


async def test_what_an_endpoint_subscribes_to(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        assert alice.get_subscribed_events() == set()
        alice.subscribe(Ask, print)
        notes = alice.stream(Note)
        assert alice.get_subscribed_events() == {Ask, Note}
        await notes.aclose()
        assert alice.get_subscribed_events() == {Ask}


async def test_changes_are_waited_for(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        connections = asyncio.create_task(alice.wait_until_connections_change())
        subscriptions = asyncio.create_task(alice.wait_until_endpoint_subscriptions_change())
        await asyncio.sleep(0)
        bob.subscribe(Note, print)
        await subscriptions
        assert not connections.done()
        subscriptions = asyncio.create_task(alice.wait_until_endpoint_subscriptions_change())
        await asyncio.sleep(0)
        await bob.stop()
        await connections
        await subscriptions


async def test_a_receiver_without_room_is_skipped_and_told(directory: Path) -> None:
    async with pair(directory, SMALL, SMALL) as (alice, bob):
        stream = bob.stream(Note)
        await subscribed(alice)
        sent = 0
        with pytest.raises(Stalled) as stalled:
            while True:
                await alice.broadcast(Note(number=sent))
                sent += 1
        assert stalled.value.endpoints == ("bob",)
        # 14 bytes of frame and 64 more each; only the first is shorter.
        assert sent == 13
        with pytest.raises(Stalled):
            await alice.broadcast(Note(number=1000))
        for number in range(sent):
            assert (await stream.__anext__()).event.number == number
        assert await _next_that_is_sent(alice) == 1
        told = await stream.__anext__()
        assert told.missed >= 2


async def _next_that_is_sent(alice: Endpoint) -> int:
    while True:
        try:
            return (await alice.broadcast(Note(number=2000))).count
        except Stalled:
            await asyncio.sleep(0.002)


async def test_a_broadcast_waits_for_room(directory: Path) -> None:
    async with pair(directory, None, Options(window=1000)) as (alice, bob):
        stream = bob.stream(Note, 200)
        await subscribed(alice)

        async def send() -> int:
            for number in range(200):
                await alice.broadcast(Note(number=number))
            return 200

        sending = asyncio.create_task(send())
        got = [note async for note in stream]
        assert await sending == 200
        assert [(note.event.number, note.missed) for note in got] == [(n, 0) for n in range(200)]


async def test_a_slow_subscriber_of_one_type_delays_no_other(directory: Path) -> None:
    async with pair(directory, SMALL, SMALL) as (alice, bob):
        slow = bob.stream(Note)
        await subscribed(alice)
        with pytest.raises(Full) as full:
            while True:
                alice.broadcast_nowait(Note())
        assert full.value.endpoints == ("bob",)
        other = bob.wait_for(Renumbered)
        await subscribed(alice, Renumbered)
        await alice.broadcast(Renumbered())
        assert (await other).origin == "alice"
        await slow.aclose()


async def test_of_two_receivers_the_slow_one_is_named(directory: Path) -> None:
    async with pair(directory, SMALL, SMALL) as (alice, bob):
        got: list[int] = []
        stream = bob.stream(Note)
        async with Endpoint(at(directory, "carol")).run() as carol:
            carol.subscribe(Note, lambda note: got.append(note.event.number))
            await carol.connect_to_endpoints("alice")
            await alice.wait_until_all_endpoints_subscribed_to(Note, include_self=False)
            sent = [await alice.broadcast(Note(number=number)) for number in range(20)]
            assert [each.count for each in sent] == [2] * 13 + [1] * 7
            assert {each.undelivered for each in sent[13:]} == {("bob",)}
            await until(lambda: got == list(range(20)))
        await stream.aclose()


async def test_all_receivers_may_be_required(directory: Path) -> None:
    async with (
        pair(directory, SMALL, SMALL) as (alice, bob),
        Endpoint.serve(at(directory, "carol"), SMALL) as carol,
    ):
        await alice.connect_to_endpoints("carol")
        carol.subscribe(Note, lambda note: None)
        notes = bob.stream(Note)
        await alice.wait_until_endpoint_subscribed_to("carol", Note)
        await subscribed(alice)
        while not (await alice.broadcast(Note(text="x" * 100))).undelivered:
            pass
        everyone = BroadcastConfig(require_all=True, timeout=0.01)
        for send in alice.broadcast, alice.broadcast_nowait:
            with pytest.raises(Stalled) as stalled:
                await _result(send(Note(text="x" * 100), everyone))
            assert stalled.value.endpoints == ("bob",)
        await notes.aclose()


async def test_a_cancelled_broadcast_counts_as_missed(directory: Path) -> None:
    async with pair(directory, None, Options(window=100)) as (alice, bob):
        stream = bob.stream(Note)
        await subscribed(alice)
        await alice.broadcast(Note(number=1, text="x" * 100))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(alice.broadcast(Note(number=2)), 0.05)
        assert (await stream.__anext__()).event.number == 1
        await alice.broadcast(Note(number=3))
        third = await stream.__anext__()
        assert (third.event.number, third.missed) == (3, 1)


async def test_nothing_is_delivered_after_unsubscribing(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        got: list[int] = []

        def take(note: Received[Note]) -> None:
            got.append(note.event.number)
            subscription.unsubscribe()

        subscription = bob.subscribe(Note, take)
        await subscribed(alice)
        for number in range(3):
            await alice.broadcast(Note(number=number), QUIET)
        await until(lambda: not alice.is_any_endpoint_subscribed_to(Note))
        assert got == [0]


async def test_a_stream_that_is_dropped_or_left_unsubscribes(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        stream = bob.stream(Note)
        await subscribed(alice)
        del stream
        await until(lambda: not alice.is_endpoint_subscribed_to("bob", Note))


async def test_a_handler_that_fails_is_logged_and_the_rest_goes_on(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with pair(directory) as (alice, bob):
        got: list[int] = []

        def take(note: Received[Note]) -> None:
            if note.event.number == 1:
                raise RuntimeError("one is too many")
            got.append(note.event.number)

        bob.subscribe(Note, take)
        await subscribed(alice)
        for number in range(3):
            await alice.broadcast(Note(number=number))
        await until(lambda: got == [0, 2])
        assert "one is too many" in caplog.text


async def test_an_event_that_is_too_large_is_an_error_of_the_sender(directory: Path) -> None:
    async with pair(directory, None, Options(max_frame_len=65536)) as (alice, bob):
        stream = bob.stream(Note)
        await subscribed(alice)
        with pytest.raises(TooLarge, match="takes a frame of 65.* bytes, bob takes 65536 at most"):
            await alice.broadcast(Note(text="x" * 65536))
        await alice.broadcast(Note(text="fits"))
        assert (await stream.__anext__()).event.text == "fits"


async def test_an_event_larger_than_the_window_goes_through(directory: Path) -> None:
    async with pair(directory, None, Options(window=1)) as (alice, bob):
        stream = bob.stream(Note, 2)
        await subscribed(alice)
        text = "x" * 3_000_000
        sending = [asyncio.create_task(alice.broadcast(Note(text=text))) for _ in range(2)]
        assert [len(note.event.text) async for note in stream] == [len(text)] * 2
        assert [(await each).count for each in sending] == [1, 1]


async def test_an_endpoint_that_does_not_run_says_so(directory: Path) -> None:
    endpoint = Endpoint(at(directory, "alice"))
    with pytest.raises(LifecycleError, match="alice does not run"):
        await endpoint.broadcast(Note())
    async with endpoint.run():
        with pytest.raises(LifecycleError, match="runs already"):
            async with endpoint.run():
                pass
    for call in (
        lambda: endpoint.subscribe(Note, print),
        lambda: endpoint.broadcast_nowait(Note()),
    ):
        with pytest.raises(LifecycleError):
            call()


async def test_stopping_takes_what_was_broadcast_before(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        got: list[int] = []

        async def slowly(note: Received[Note]) -> None:
            await asyncio.sleep(0)
            got.append(note.event.number)

        bob.subscribe(Note, slowly)
        await subscribed(alice)
        for number in range(2000):
            await alice.broadcast(Note(number=number))
        assert await alice.stop() == []
        assert await bob.stop() == []
        assert got == list(range(2000))


@pytest.mark.parametrize("attempt", range(5))
async def test_both_may_stop_at_once_under_load(directory: Path, attempt: int) -> None:
    got: list[int] = []
    async with pair(directory) as (alice, bob):
        bob.subscribe(Note, lambda note: got.append(note.event.number))
        await subscribed(alice)

        async def send() -> int:
            count = 0
            with contextlib.suppress(LifecycleError, NoSubscribers, Stalled):
                while (await alice.broadcast(Note(number=count, text="x" * 100))).count:
                    count += 1
            return count

        sending = asyncio.create_task(send())
        await until(lambda: len(got) > 3000 * attempt)
        unconfirmed, _ = await asyncio.gather(alice.stop(), bob.stop())
        lost = await sending - len(got)
    assert got == list(range(len(got)))
    assert sum(each.events for each in unconfirmed) >= lost, "what is lost is reported"


async def test_a_handler_may_stop_its_endpoint(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        stopped = asyncio.Event()

        async def stop(note: Received[Note]) -> None:
            assert await bob.stop() == []
            stopped.set()

        bob.subscribe(Note, stop)
        await subscribed(alice)
        await alice.broadcast(Note())
        await asyncio.wait_for(stopped.wait(), 2)
        await alice.wait_until_disconnected_from("bob")


async def test_stopping_names_who_did_not_take_it(directory: Path) -> None:
    options = Options(drain_timeout=0.2)
    async with pair(directory, options, options) as (alice, bob):
        stream = bob.stream(Note)
        await subscribed(alice)
        await alice.broadcast(Note(text="never taken"))
        [unconfirmed] = await alice.stop()
        assert unconfirmed == ("bob", 1)
        await stream.aclose()


async def test_stopping_counts_what_a_peer_without_windows_left_unread(directory: Path) -> None:
    options = Options(broadcast_timeout=0.1, drain_timeout=0.2)
    async with Endpoint.serve(at(directory, "alice"), options) as alice:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(os.fspath(at(directory, "alice").path))
            note = event_type(Note)
            wanted = pb.EventType(id=note.type_id, name=note.name)
            hello = pb.Hello(protocol_version=1, name="deaf", instance=1)
            peer.send(encode(pb.Frame(hello=hello)))
            whole_set = pb.Subscriptions(revision=1, added=[wanted])
            peer.send(encode(pb.Frame(subscriptions=whole_set)))
            await alice.wait_until_endpoint_subscribed_to("deaf", Note)
            sent = 0
            with pytest.raises(Stalled):
                while True:
                    sent += (await alice.broadcast(Note(text="x" * 1000))).count
            [(name, unconfirmed)] = await alice.stop()
            read = sum(len(item.payloads) for item in everything(peer) if isinstance(item, Run))
    assert (name, read + unconfirmed) == ("deaf", sent)


def everything(stream: socket.socket) -> Iterator[Run | Single]:
    """The frames that arrived whole."""
    splitter = Splitter(DEFAULT_LIMIT)
    while data := stream.recv(65536):
        yield from splitter.feed(data)
