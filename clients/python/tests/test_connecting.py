"""Connecting: names, directories, and who comes first."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from conformance_pb2 import Ask, Note
from conftest import PATIENCE
from support import at, outcome, pair, until

from lahja_client import (
    BroadcastConfig,
    ConnectionAttemptRejected,
    ConnectionConfig,
    DeadlineExceeded,
    Endpoint,
    InsecureDirectory,
    InvalidName,
    InvalidOption,
    NameTaken,
    NotConnected,
    Options,
    PathTooLong,
)
from lahja_client.directory import default_directory
from lahja_client.events import event_type
from lahja_client.wire import lahja_wire_pb2 as pb
from lahja_client.wire.frames import encode


async def test_connecting_waits_for_an_endpoint_that_is_not_there_yet(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        connecting = asyncio.create_task(alice.connect_to_endpoints("bob"))
        connected = asyncio.create_task(alice.wait_until_connected_to("bob"))
        await until(lambda: "bob" in alice._hub.dialled)
        assert not connecting.done() and not alice.is_connected_to("bob")
        async with Endpoint.serve(at(directory, "bob")) as bob:
            await connecting
            await connected
            assert bob.is_connected_to("alice")
            names = [name for name, _ in alice.get_connected_endpoints_and_subscriptions()]
            assert names == ["alice", "bob"]
        await alice.wait_until_disconnected_from("bob")


async def test_an_endpoint_that_never_comes(directory: Path) -> None:
    options = Options(connect_timeout=0.05)
    async with Endpoint(at(directory, "alice"), options).run() as alice:
        with pytest.raises(DeadlineExceeded, match=r"connecting to bob at .*nobody listens.*0\.05 s"):
            await alice.connect_to_endpoints("bob")


async def test_connecting_twice_or_to_itself_is_rejected(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        with pytest.raises(ConnectionAttemptRejected, match="has connected to it already"):
            await alice.connect_to_endpoints("bob")
        with pytest.raises(ConnectionAttemptRejected, match="this endpoint itself"):
            await alice.connect_to_endpoints("alice")
        await bob.connect_to_endpoints("alice")


async def test_naming_an_endpoint_twice_is_rejected_and_connects_it(directory: Path) -> None:
    async with (
        Endpoint.serve(at(directory, "bob")),
        Endpoint(at(directory, "alice")).run() as alice,
    ):
        with pytest.raises(ConnectionAttemptRejected, match="has connected to it already"):
            await alice.connect_to_endpoints("bob", "bob")
        await alice.disconnect_from("bob")
        with pytest.raises(ConnectionAttemptRejected):
            await alice.connect_to_endpoints("bob", "alice")
        await alice.connect_to_endpoints("bob")


async def test_connects_that_cross_give_one_connection(directory: Path) -> None:
    for _ in range(20):
        async with (
            Endpoint.serve(at(directory, "bob")) as bob,
            Endpoint.serve(at(directory, "alice")) as alice,
        ):
            got: list[str] = []
            for endpoint in (alice, bob):
                endpoint.subscribe(Note, lambda note: got.append(note.event.text))
            await asyncio.gather(
                alice.connect_to_endpoints("bob"), bob.connect_to_endpoints("alice")
            )
            await until(lambda: len(alice._hub.links) == len(bob._hub.links) == 1)
            await alice.wait_until_endpoint_subscribed_to("bob", Note)
            await alice.broadcast(Note(text="once"))
            await until(lambda: got == ["once", "once"])


async def test_a_mesh_that_starts_at_once(directory: Path) -> None:
    names = [f"e{n}" for n in range(8)]

    async def member(name: str) -> None:
        async with Endpoint.serve(at(directory, name)) as endpoint:
            await endpoint.connect_to_endpoints(*(other for other in names if other != name))
            connected.append(name)
            await until(lambda: len(connected) == len(names))
            counted.append(len(endpoint.get_connected_endpoints_and_subscriptions()))
            await until(lambda: len(counted) == len(names))

    connected: list[str] = []
    counted: list[int] = []
    await asyncio.gather(*map(member, names))
    assert counted == [len(names)] * len(names)


async def test_disconnecting(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        await alice.disconnect_from("bob")
        assert not alice.is_connected_to("bob")
        await bob.wait_until_disconnected_from("alice")
        with pytest.raises(NotConnected, match="no connection to bob"):
            await alice.disconnect_from("bob")
        await alice.connect_to_endpoints("bob")


async def test_a_name_has_one_owner_also_if_it_does_not_listen(directory: Path) -> None:
    async with Endpoint(at(directory, "alice")).run():
        with pytest.raises(NameTaken, match=r"the name alice is taken.*alice\.lock"):
            async with Endpoint.serve(at(directory, "alice")):
                pass
    async with Endpoint.serve(at(directory, "alice")):
        pass


async def test_what_lies_where_and_what_is_left(directory: Path) -> None:
    path = directory / "sub" / "bob.ipc"
    before = os.umask(0)
    try:
        async with Endpoint.serve(ConnectionConfig.from_name("bob", path.parent)):
            assert stat.S_IMODE(os.lstat(path).st_mode) == 0o600
            assert stat.S_IMODE(os.lstat(path.parent).st_mode) == 0o700
    finally:
        os.umask(before)
    assert sorted(each.name for each in path.parent.iterdir()) == ["bob.lock"]


async def test_a_directory_that_others_can_write_to_is_refused(directory: Path) -> None:
    shared, link = directory / "shared", directory / "link"
    shared.mkdir(mode=0o700)
    link.symlink_to(shared)
    with pytest.raises(InsecureDirectory, match="symbolic link"):
        async with Endpoint.serve(at(link, "bob")):
            pass
    (directory / "file").touch()
    with pytest.raises(InsecureDirectory, match="file is not safe for sockets: it is no directory"):
        async with Endpoint.serve(at(directory / "file", "bob")):
            pass
    shared.chmod(0o777)
    with pytest.raises(InsecureDirectory, match=r"mode 777"):
        async with Endpoint.serve(at(shared, "bob")):
            pass
    async with Endpoint(at(directory, "alice")).run() as alice:
        with pytest.raises(InsecureDirectory):
            await alice.connect_to_endpoints(at(shared, "bob"))


@pytest.mark.parametrize("length, fits", [(107, True), (108, False)])
async def test_a_path_must_fit(directory: Path, length: int, fits: bool) -> None:
    deep = directory / ("d" * (length - len(str(directory)) - len("//bob.ipc")))
    endpoint = Endpoint(at(deep, "bob"))
    if fits:
        async with endpoint.run():
            pass
    else:
        with pytest.raises(PathTooLong, match="a path of 108 bytes, a socket's may have 107"):
            async with endpoint.run():
                pass
        assert not deep.exists()


def test_names_and_options_are_checked(directory: Path) -> None:
    for name in ("", "../bob", "-bob", "b" * 65):
        with pytest.raises(InvalidName):
            at(directory, name)
    with pytest.raises(InvalidName, match="a text, not a list: give several one by one"):
        at(directory, ["bob", "carol"])  # type: ignore[arg-type]
    for header in ({"n": 1}, {1: "n"}):
        with pytest.raises(InvalidOption, match="headers: texts by texts, not (1 by 'n'|'n' by 1)"):
            BroadcastConfig(headers=header)  # type: ignore[arg-type]
    for wrong in ({"max_frame_len": 1}, {"window": 0}, {"handlers": 0}, {"drain_timeout": 0}):
        with pytest.raises(InvalidOption, match=next(iter(wrong))):
            Options(**wrong)


def test_the_default_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LAHJA_DIR", "XDG_RUNTIME_DIR", "TMPDIR"):
        monkeypatch.delenv(variable, raising=False)
    assert default_directory() == Path(f"/tmp/lahja-{os.geteuid()}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/me")
    assert default_directory() == Path("/run/me/lahja")
    monkeypatch.setenv("LAHJA_DIR", "/srv/bus")
    assert ConnectionConfig.from_name("bob").path == Path("/srv/bus/bob.ipc")


async def test_a_peer_that_says_nothing_is_closed_and_others_connect(directory: Path) -> None:
    options = Options(handshake_timeout=0.1)
    async with Endpoint.serve(at(directory, "bob"), options):
        path = os.fspath(directory / "bob.ipc")
        silent = [await asyncio.open_unix_connection(path) for _ in range(3)]
        async with Endpoint(at(directory, "alice")).run() as alice:
            await alice.connect_to_endpoints("bob")
            for reader, writer in silent:
                assert await reader.read() == b""
                writer.close()


async def test_a_peer_with_another_name_or_version_is_rejected_for_good(directory: Path) -> None:
    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(encode(pb.Frame(hello=hello)))
        await reader.read()
        writer.close()

    for hello, why in [
        (pb.Hello(protocol_version=1, name="carol", instance=1), "calls itself carol"),
        (pb.Hello(protocol_version=0, name="bob", instance=1), "no version 0"),
        (pb.Hello(protocol_version=1, name="bob"), "instance 0"),
    ]:
        server = await asyncio.start_unix_server(stranger, directory / "bob.ipc")
        async with Endpoint(at(directory, "alice")).run() as alice:
            with pytest.raises(ConnectionAttemptRejected, match=why):
                await alice.connect_to_endpoints("bob")
        server.close()
        (directory / "bob.ipc").unlink(missing_ok=True)


async def test_who_said_goodbye_can_be_connected_to_again_at_once(directory: Path) -> None:
    last = pb.Broadcast(
        type_id=event_type(Note).type_id, payload=Note(text="last").SerializeToString()
    )
    endings = [pb.Frame(broadcast=last), pb.Frame(goodbye=pb.Goodbye())]
    writers: list[asyncio.StreamWriter] = []

    async def bob(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = [
            pb.Frame(hello=pb.Hello(protocol_version=1, name="bob", instance=1)),
            pb.Frame(subscriptions=pb.Subscriptions(revision=1)),
            pb.Frame(subscriptions_ack=pb.SubscriptionsAck(revision=1)),
        ]
        writer.write(b"".join(map(encode, frames)))
        writers.append(writer)

    server = await asyncio.start_unix_server(bob, directory / "bob.ipc")
    # The unread event keeps the old link, longer than the test would wait.
    async with Endpoint(at(directory, "alice"), Options(drain_timeout=2 * PATIENCE)).run() as alice:
        unread = alice.stream(Note, num_events=1)
        await alice.connect_to_endpoints("bob")
        writers[0].write(b"".join(map(encode, endings)))
        await alice.wait_until_disconnected_from("bob")
        assert not alice.is_connected_to("bob")
        await alice.subscribe(Ask, print).confirmed()

        await alice.connect_to_endpoints("bob")
        assert alice.is_connected_to("bob") and len(writers) == 2
        assert [note.event.text async for note in unread] == ["last"]
        assert alice.is_connected_to("bob"), "the end of the old connection changes nothing"
        for writer in writers:
            writer.close()
        await alice.wait_until_disconnected_from("bob")
    server.close()


async def test_a_peer_of_another_user_is_refused(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        Endpoint.serve(at(directory, "bob")) as bob,
        Endpoint(at(directory, "alice")).run() as alice,
    ):
        with monkeypatch.context() as patched:
            # Who runs as somebody else sees the same: the other's user is not its own.
            patched.setattr("lahja_client.connection.os", SimpleNamespace(geteuid=lambda: -1))
            reader, writer = await asyncio.open_unix_connection(directory / "bob.ipc")
            assert await reader.read() == b"", "bob closes without a word"
            writer.close()
            with pytest.raises(ConnectionAttemptRejected, match="other end runs as user"):
                await alice.connect_to_endpoints("bob")
        await alice.connect_to_endpoints("bob")
        assert bob.is_connected_to("alice")


async def test_stopping_while_connecting(directory: Path) -> None:
    async with Endpoint.serve(at(directory, "alice")) as alice:
        connecting = asyncio.create_task(outcome(alice.connect_to_endpoints("bob")))
        await until(lambda: "bob" in alice._hub.dialled)
        await alice.stop()
    assert "alice does not run" in str(await connecting)
