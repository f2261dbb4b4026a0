"""The programs of the README, as a newcomer copies them."""

from __future__ import annotations

import asyncio
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import at

from lahja_client import Endpoint, Options

ROOT = Path(__file__).parents[3]
README = (ROOT / "clients" / "python" / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def named(path: str) -> str:
    """The block whose first line names this file."""
    blocks: list[str] = [text for _, text in BLOCKS]
    [text] = [text for text in blocks if re.match(rf"(#|//) {re.escape(path)}\n", text)]
    return text


def commands(containing: str) -> list[str]:
    lines = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    return [line for line in lines if containing in line]


def outputs() -> list[str]:
    return [text for kind, text in BLOCKS if kind == "text"]


def program(folder: Path, sockets: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "LAHJA_DIR": str(sockets)}
    # What is logged is output too: these programs are to have nothing to complain of.
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def output_of(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return output


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def prepare(folder: Path, sockets: Path, proto: str, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(named(file))
    [command] = commands(f"proto/{proto}")
    python, *arguments = command.split()
    assert python == "python"
    output_of(program(folder, sockets, *arguments))


def test_the_quickstart(tmp_path: Path, directory: Path) -> None:
    prepare(tmp_path, directory, "hello.proto", "proto/hello.proto", "hello.py")
    assert output_of(program(tmp_path, directory, "hello.py")) == outputs()[0]


def prepare_chat(folder: Path, sockets: Path) -> None:
    (folder / "proto").mkdir()
    shutil.copy(ROOT / "examples" / "proto" / "chat.proto", folder / "proto")
    prepare(folder, sockets, "chat.proto", "room.py", "guest.py")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_two_processes(tmp_path: Path, directory: Path, number: signal.Signals) -> None:
    prepare_chat(tmp_path, directory)
    guest = program(tmp_path, directory, "guest.py")
    room = program(tmp_path, directory, "room.py")
    with running(room):
        assert output_of(guest) == outputs()[1]
        assert (directory / "chat-room.ipc").exists()
        room.send_signal(number)
        assert output_of(room) == "", "it stops without a word"
    assert not list(directory.glob("*.ipc"))


async def test_the_recipe_for_reconnecting(tmp_path: Path, directory: Path) -> None:
    (tmp_path / "reconnecting.py").write_text(named("reconnecting.py"))
    keep_connected = runpy.run_path(os.fspath(tmp_path / "reconnecting.py"))["keep_connected"]
    options = Options(connect_timeout=0.02)
    async with Endpoint(at(directory, "alice"), options).run() as alice:
        keeping = asyncio.create_task(keep_connected(alice, "bob"))
        for _ in range(2):
            await asyncio.sleep(0.1)
            assert not keeping.done(), "it waits longer than one call does"
            async with Endpoint.serve(at(directory, "bob")):
                await alice.wait_until_connected_to("bob")
            await alice.wait_until_disconnected_from("bob")
    await keeping


@pytest.mark.skipif("LAHJA_CHAT" not in os.environ, reason="LAHJA_CHAT names no chat program")
def test_the_guest_in_the_room_that_is_written_in_rust(tmp_path: Path, directory: Path) -> None:
    prepare_chat(tmp_path, directory)
    environment = {**os.environ, "LAHJA_DIR": str(directory)}
    command = [os.environ["LAHJA_CHAT"], "--serve"]
    room = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE)
    with running(room):
        assert output_of(program(tmp_path, directory, "guest.py")) == outputs()[1]
