"""What tests share: coroutines as tests, and a directory for the sockets of one."""

from __future__ import annotations

import asyncio
import gc
import inspect
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# A safety net: tests wait for conditions.
PATIENCE = 30


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    call = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})

    async def watched() -> None:
        loop = asyncio.get_running_loop()
        reported: list[dict[str, Any]] = []
        loop.set_exception_handler(lambda _, context: reported.append(context))
        await asyncio.wait_for(call, PATIENCE)
        await asyncio.sleep(0)
        gc.collect()
        assert not reported, f"the event loop was told of {reported}"

    asyncio.run(watched())
    return True


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory with a short path, as sockets need."""
    with tempfile.TemporaryDirectory(prefix="lahja-") as path:
        yield Path(path)
