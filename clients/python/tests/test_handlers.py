"""Handlers that do what they should not, or what is awkward, and the endpoint that goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from conformance_pb2 import Answer, Ask, Note
from support import at, outcome, pair, until

from lahja_client import (
    BroadcastConfig,
    DeadlineExceeded,
    Endpoint,
    HandlerFailed,
    Options,
    Received,
    ShuttingDown,
    Subscription,
)


async def subscribed(alice: Endpoint, event: Any = Note) -> None:
    await alice.wait_until_endpoint_subscribed_to("bob", event)


def cancelled() -> asyncio.Future[Any]:
    """What a handler may come upon that waits for something else."""
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    return future


async def test_who_is_unsubscribed_by_a_handler_before_it_gets_nothing(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        got: list[str] = []
        second: list[Subscription] = []

        def first(note: Received[Note]) -> None:
            got.append("first")
            second[0].unsubscribe()

        bob.subscribe(Note, first)
        second.append(bob.subscribe(Note, lambda note: got.append("second")))
        await subscribed(alice)
        for _ in range(2):
            await alice.broadcast(Note())
        await until(lambda: len(got) >= 2)
        assert got == ["first", "first"]


async def test_unsubscribing_others_in_a_handler_keeps_no_credit(directory: Path) -> None:
    async with pair(directory, None, Options(window=1000)) as (alice, bob):
        got = 0
        others: list[Subscription] = []

        async def never(note: Received[Note]) -> None:
            await asyncio.Event().wait()

        def first(note: Received[Note]) -> None:
            nonlocal got
            got += 1
            while others:
                others.pop().unsubscribe()

        bob.subscribe(Note, first)
        await subscribed(alice)
        for count in range(1, 51):
            others.append(bob.subscribe(Note, never))
            await alice.broadcast(Note())
            await until(lambda count=count: got == count)  # type: ignore[misc]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_handler_that_comes_upon_a_cancelled_future_has_failed(
    directory: Path, is_async: bool
) -> None:
    async with pair(directory) as (alice, bob):

        async def wait(ask: Received[Ask]) -> Answer:
            return Answer(text=await cancelled())

        def look(ask: Received[Ask]) -> Answer:
            return Answer(text=cancelled().result())

        bob.respond(Ask, wait if is_async else look)
        await subscribed(alice, Ask)
        for _ in range(3):
            assert isinstance(await outcome(alice.request(Ask())), HandlerFailed)
        assert alice.is_connected_to("bob")


async def test_a_subscriber_that_comes_upon_a_cancelled_future_gets_the_next_event(
    directory: Path,
) -> None:
    async with pair(directory) as (alice, bob):
        got: list[str] = []

        async def wait(note: Received[Note]) -> None:
            got.append(note.event.text)
            await cancelled()

        bob.subscribe(Note, wait)
        await subscribed(alice)
        for text in "abc":
            await alice.broadcast(Note(text=text))
        await until(lambda: got == ["a", "b", "c"])


async def test_a_handler_of_requests_may_stop_its_endpoint(directory: Path) -> None:
    async with pair(directory) as (alice, bob):

        async def stop(ask: Received[Ask]) -> Answer:
            await bob.stop()
            return Answer()

        bob.respond(Ask, stop)
        await subscribed(alice, Ask)
        failure = await asyncio.wait_for(outcome(alice.request(Ask())), 2)
        assert isinstance(failure, ShuttingDown)
        await asyncio.wait_for(alice.wait_until_disconnected_from("bob"), 2)


async def test_who_stops_finishes_what_waits_for_a_handler(directory: Path) -> None:
    async with pair(directory, None, Options(handlers=1)) as (alice, bob):
        go_on = asyncio.Event()

        async def slow(ask: Received[Ask]) -> Answer:
            await go_on.wait()
            return Answer(text=ask.event.text)

        bob.respond(Ask, slow)
        await subscribed(alice, Ask)
        asked = [asyncio.create_task(alice.request(Ask(text=text))) for text in "abc"]
        await asyncio.sleep(0)
        stopping = asyncio.create_task(bob.stop())
        await asyncio.sleep(0)
        go_on.set()
        assert [answer.text for answer in await asyncio.gather(*asked)] == ["a", "b", "c"]
        assert await stopping == []


async def test_a_handler_of_its_own_requests_is_cancelled_too(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        ended = asyncio.Event()

        async def forever(ask: Received[Ask]) -> Answer:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            raise AssertionError

        alice.respond(Ask, forever)
        with pytest.raises(DeadlineExceeded):
            await alice.request(Ask(), BroadcastConfig(timeout=0.02))
        await asyncio.wait_for(ended.wait(), 2)


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_handler_that_forgets_its_answer_is_told(directory: Path, is_async: bool) -> None:
    async with pair(directory) as (alice, bob):

        async def forgets(ask: Received[Ask]) -> Any: ...

        bob.respond(Ask, forgets if is_async else lambda ask: None)  # type: ignore[arg-type, return-value]
        await subscribed(alice, Ask)
        with pytest.raises(HandlerFailed, match=r"answered with lahja\.\S+\.Answer, not with None"):
            await alice.request(Ask())


async def test_a_handler_may_broadcast_what_it_handles(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        count = 0

        def again(note: Received[Note]) -> None:
            nonlocal count
            count += 1
            if count < 5:
                bob.broadcast_nowait(Note())

        bob.subscribe(Note, again)
        await subscribed(alice)
        await alice.broadcast(Note())
        await until(lambda: count == 5)


async def test_a_peer_can_not_flood_the_log(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with pair(directory) as (alice, bob):
        got: list[Received[Note]] = []
        bob.subscribe(Note, got.append)
        await subscribed(alice)
        note = alice._hub.routes.of(Note)
        for _ in range(1000):
            assert note.express(b"\xff")
        await alice.broadcast(Note())
        await until(lambda: bool(got))
        assert got[0].missed == 1000
        # Two seconds' worth, if it takes that long.
        assert 10 <= len(caplog.records) <= 20
        assert "does not decode" in caplog.text and "are left out" in caplog.text


async def test_a_stream_has_one_reader_at_a_time(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        notes = alice.stream(Note)
        first = asyncio.ensure_future(anext(notes))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="another task waits"):
            await anext(notes)
        first.cancel()
        await asyncio.wait([first])
        await alice.broadcast(Note(text="for the next reader"))
        assert (await anext(notes)).event.text == "for the next reader"
