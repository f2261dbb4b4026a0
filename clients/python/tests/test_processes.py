"""What only several processes show."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conformance_pb2 import Ask, Hang, Note
from support import at

from lahja_client import BroadcastConfig, Disconnected, Endpoint, NameTaken

CHILD = """
import asyncio, sys
from pathlib import Path
from conformance_pb2 import Answer, Ask, Hang, Note
from lahja_client import ConnectionConfig, Endpoint

async def main():
    held = []
    async with Endpoint.serve(ConnectionConfig.from_name("child", Path(sys.argv[1]))) as child:
        child.subscribe(Hang, held.append)
        child.subscribe(Note, lambda note: print(note.event.text, flush=True))
        child.respond(Ask, lambda ask: Answer(by="child", text=ask.event.text))
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


ENDING = """
import asyncio, sys
from pathlib import Path
from conformance_pb2 import Note
from lahja_client import ConnectionConfig, Endpoint

async def main():
    async with Endpoint.serve(ConnectionConfig.from_name("child", Path(sys.argv[1]))) as child:
        child.subscribe(Note, lambda note: sys.exit(3))
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def child(
    directory: Path, program: str = CHILD
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(directory), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert await heard(process) == "ready"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def heard(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def test_who_is_killed_fails_its_requests_and_may_come_back(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        for text in ("first", "second"):
            async with child(directory) as process:
                await alice.connect_to_endpoints("child")
                assert (await alice.request(Ask(text=text))).text == text
                await alice.broadcast(Note(text=text))
                assert await heard(process) == text
                hanging = asyncio.create_task(alice.request(Hang()))
                await asyncio.sleep(0)
                process.kill()
                with pytest.raises(Disconnected, match="child went away before it answered"):
                    await hanging
                await alice.wait_until_disconnected_from("child")
                assert (directory / "child.ipc").exists(), "a crash leaves its socket behind"


async def test_a_name_of_a_live_process_is_taken(directory: Path) -> None:
    async with child(directory):
        with pytest.raises(NameTaken):
            async with Endpoint.serve(at(directory, "child")):
                pass
        async with Endpoint(at(directory, "alice")).run() as alice:
            await alice.connect_to_endpoints("child")
            to_child = BroadcastConfig(filter_endpoint="child")
            assert (await alice.request(Ask(text="still there"), to_child)).by == "child"


async def test_a_handler_may_end_the_program(directory: Path) -> None:
    async with (
        Endpoint.serve(at(directory, "alice")) as alice,
        child(directory, ENDING) as process,
    ):
        await alice.connect_to_endpoints("child")
        await alice.wait_until_endpoint_subscribed_to("child", Note)
        await alice.broadcast(Note())
        # Its endpoint stops as it should, without waiting for what was never written.
        assert await asyncio.wait_for(process.wait(), 4) == 3
