"""Pairs of endpoints, and what several tests do with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from lahja_client import ConnectionConfig, Endpoint, Options

T = TypeVar("T")


def at(directory: Path, name: str) -> ConnectionConfig:
    return ConnectionConfig.from_name(name, directory)


@asynccontextmanager
async def pair(
    directory: Path, alice: Options | None = None, bob: Options | None = None
) -> AsyncIterator[tuple[Endpoint, Endpoint]]:
    """Alice, who dialled, and bob."""
    async with (
        Endpoint.serve(at(directory, "bob"), bob) as b,
        Endpoint.serve(at(directory, "alice"), alice) as a,
    ):
        await a.connect_to_endpoints("bob")
        yield a, b


async def until(holds: Callable[[], bool]) -> None:
    """Waits for what no call tells of; the test's time-out is the safety net."""
    while not holds():
        await asyncio.sleep(0.002)


async def outcome(work: Awaitable[object]) -> object:
    """What something gives, or raises."""
    try:
        return await work
    except Exception as error:
        return error
