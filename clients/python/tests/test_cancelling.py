"""Everything that can be awaited is cancelled after so many turns of the event loop, and all goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conformance_pb2 import Answer, Ask, Note
from support import at, pair, until

from lahja_client import Endpoint, LifecycleError, NotConnected, Options, Received

TURNS = range(12)


async def cut_off(work: Awaitable[object], turns: int) -> bool:
    """Whether it was through before it was cancelled."""
    task = asyncio.ensure_future(work)
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    if task.cancelled():
        return False
    task.result()
    return True


@asynccontextmanager
async def busy_pair(directory: Path) -> AsyncIterator[tuple[Endpoint, Endpoint, list[int]]]:
    """Bob takes notes with a small window, one by one, and answers."""
    got: list[int] = []

    async def take(note: Received[Note]) -> None:
        await asyncio.sleep(0)
        got.append(note.event.number)

    async def answer(ask: Received[Ask]) -> Answer:
        await asyncio.sleep(0)
        return Answer(text=ask.event.text)

    async with pair(directory, None, Options(window=200)) as (alice, bob):
        bob.subscribe(Note, take)
        bob.respond(Ask, answer)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        await alice.wait_until_endpoint_subscribed_to("bob", Note)
        yield alice, bob, got


@pytest.mark.parametrize("turns", TURNS)
async def test_broadcasts(directory: Path, turns: int) -> None:
    async with busy_pair(directory) as (alice, bob, got):
        certain = []
        for number in range(100):
            if await cut_off(alice.broadcast(Note(number=number)), turns):
                certain.append(number)
        await alice.broadcast(Note(number=100))
        await until(lambda: got[-1:] == [100])
        assert got == sorted(set(got)) and set(certain) <= set(got)
        assert await alice.stop() == []


@pytest.mark.parametrize("turns", TURNS)
async def test_requests(directory: Path, turns: int) -> None:
    async with busy_pair(directory) as (alice, bob, got):
        for _ in range(50):
            await cut_off(alice.request(Ask(text="cut off")), turns)
        assert (await alice.request(Ask(text="whole"))).text == "whole"
        await until(lambda: not alice._hub.link("bob")._exchanges.awaited)  # type: ignore[union-attr]
        await until(lambda: not bob._hub.link("alice")._exchanges.owed)  # type: ignore[union-attr]


@pytest.mark.parametrize("turns", TURNS)
async def test_streams(directory: Path, turns: int) -> None:
    async with pair(directory) as (alice, bob):
        notes = bob.stream(Note)
        await notes.confirmed()
        got = []

        async def take() -> None:
            got.append((await anext(notes)).event.number)

        for number in range(100):
            await alice.broadcast(Note(number=number))
            await cut_off(take(), turns)
        while len(got) < 100:
            await take()
        assert got == list(range(100))


@pytest.mark.parametrize("turns", TURNS)
async def test_connects_and_disconnects(directory: Path, turns: int) -> None:
    async with (
        Endpoint.serve(at(directory, "bob")) as bob,
        Endpoint.serve(at(directory, "alice")) as alice,
    ):
        bob.respond(Ask, lambda ask: Answer(text=ask.event.text))
        for _ in range(5):
            if not await cut_off(alice.connect_to_endpoints("bob"), turns):
                # What was cut off may have come about on bob's side already.
                await until(lambda: alice.is_connected_to("bob") == bob.is_connected_to("alice"))
            if not alice.is_connected_to("bob"):
                await alice.connect_to_endpoints("bob")
            await alice.wait_until_endpoint_subscribed_to("bob", Ask)
            assert (await alice.request(Ask(text="linked"))).text == "linked"
            try:
                await cut_off(alice.disconnect_from("bob"), turns)
                await alice.disconnect_from("bob")
            except NotConnected:
                pass
            await alice.wait_until_disconnected_from("bob")
            await bob.wait_until_disconnected_from("alice")


@pytest.mark.parametrize("turns", TURNS)
async def test_stops(directory: Path, turns: int) -> None:
    async with busy_pair(directory) as (alice, bob, got):
        for number in range(10):
            await alice.broadcast(Note(number=number))
        await cut_off(alice.stop(), turns)
        assert await alice.stop() == []
        await bob.wait_until_disconnected_from("alice")
        assert got == list(range(10))
        with pytest.raises(LifecycleError):
            await alice.broadcast(Note())
