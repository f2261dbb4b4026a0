"""Connections to other endpoints: dialling those that may not be there yet, or may be dialling us,
and admitting those that dial."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket

from .config import ConnectionConfig
from .connection import Connection, check_peer
from .directory import check_directory, check_path
from .errors import ConnectionAttemptRejected, DeadlineExceeded, LahjaError
from .hub import Hub
from .link.link import Link
from .link.meeting import Refusal
from .logs import log
from .wire import lahja_wire_pb2 as pb
from .wire.frames import Violation

_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.002, 0.25
# How many connections may be saying hello at once; further ones wait in the backlog.
_HANDSHAKES = 64
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 1.0

_FOR_NOW = (pb.Goodbye.REASON_DUPLICATE, pb.Goodbye.REASON_NAME_TAKEN, pb.Goodbye.REASON_SHUTDOWN)


class _Attempt:
    """One try to connect: a stream, our hello, the peer's."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hub = hub
        self._name = name
        self._is_open = True

    def greeted(self, connection: Connection, hello: pb.Hello) -> Link:
        hub = self._hub
        if hello.name != self._name:
            raise Violation(f"the endpoint that listens there calls itself {hello.name}")
        if not hub.is_running or connection.has_hung_up:
            # A dead instance's hello must not displace the link of the one that came after it.
            raise Refusal(pb.Goodbye.REASON_SHUTDOWN, "it ended as it answered")
        self._is_open = False
        link = hub.linked(connection, hello)
        replaced = hub.meeting.answered(self._name, hello.instance, link)
        if replaced is not None:
            kept = "the connection that this side opened is kept"
            replaced.say_goodbye(pb.Goodbye.REASON_DUPLICATE, kept)
        if not self.outcome.done():
            self.outcome.set_result(None)
        hub.changed()
        return link

    def failed(self, connection: Connection, why: Exception) -> None:
        self.over()
        if not self.outcome.done():
            self.outcome.set_exception(why)
            # It may be that nobody waits for it any more.
            self.outcome.exception()

    def over(self) -> None:
        if self._is_open:
            self._is_open = False
            self._hub.meeting.attempt_over(self._name)
            self._hub.changed()


class Dial:
    """An endpoint that is to be connected to, from the first try to the link."""

    def __init__(self, hub: Hub, config: ConnectionConfig) -> None:
        self._hub = hub
        self._name, self._path = config
        check_path(self._path)
        self._check()

    def _check(self) -> None:
        hub = self._hub
        hub.forget_if_gone(self._name)
        if self._name == hub.name:
            raise self._rejected("it is this endpoint itself")
        if self._name in hub.dialled:
            raise self._rejected("this endpoint has connected to it already")

    async def run(self) -> None:
        """Returns once events can flow."""
        hub, name = self._hub, self._name
        self._check()
        hub.dialled[name] = None
        try:
            await self._until_linked()
        finally:
            link = hub.link(name)
            if link is not None:
                hub.dialled[name] = link
            else:
                hub.dialled.pop(name, None)

    async def _until_linked(self) -> None:
        loop = asyncio.get_running_loop()
        within = self._hub.options.connect_timeout
        deadline = loop.time() + within
        backoff = _FIRST_BACKOFF
        why: Exception | None = None
        while not await self._use_link(deadline - loop.time()):
            self._hub.check_running()
            if loop.time() >= deadline:
                if isinstance(why, Refusal):
                    raise self._rejected(str(why)) from why
                absent = isinstance(why, (FileNotFoundError, ConnectionRefusedError))
                reason = "nobody listens there" if absent else why
                what = f"connecting to {self._name} at {self._path} ({reason})"
                raise DeadlineExceeded(f"{what}: not within {within} s")
            missed = await self._try(deadline - loop.time())
            if missed is None and await self._use_link(deadline - loop.time()):
                return
            why = missed or why or EOFError("it ended before events could flow")
            # Jittered, so that those who lost the same peer do not return together.
            pause = min(backoff * random.uniform(0.5, 1), deadline - loop.time())
            await self._hub.until(self._is_linked, pause)
            backoff = min(backoff * 2, _LONGEST_BACKOFF)

    def _is_linked(self) -> bool:
        return self._hub.meeting.link(self._name) is not None or not self._hub.is_running

    async def _use_link(self, within: float) -> bool:
        """Waits for the link that there is to become ready; false if there is none."""
        link = self._hub.meeting.link(self._name)
        if link is None:
            return False
        meeting = self._hub.meeting
        await self._hub.until(
            lambda: link.is_open or meeting.link(self._name) is not link, within
        )
        return link.is_open

    async def _try(self, within: float) -> Exception | None:
        """Why an attempt gave no link, if another may give one."""
        try:
            await asyncio.wait_for(self._attempt(), within)
        except PermissionError as error:
            raise self._rejected(str(error)) from error
        except Violation as violation:
            raise self._rejected(str(violation)) from violation
        except Refusal as refusal:
            if refusal.reason not in _FOR_NOW:
                raise self._rejected(str(refusal)) from refusal
            return (
                refusal if refusal.reason != pb.Goodbye.REASON_SHUTDOWN else EOFError(str(refusal))
            )
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            return error
        return None

    async def _attempt(self) -> None:
        hub = self._hub
        if self._path.parent.exists():
            check_directory(self._path.parent)
        attempt = _Attempt(hub, self._name)
        connection = hub.connection(attempt)
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # A Unix socket connects at once or, where too many wait to be accepted, not at all.
            stream.setblocking(False)
            stream.connect(os.fspath(self._path))
            check_peer(stream)
            await asyncio.get_running_loop().create_unix_connection(lambda: connection, sock=stream)
        except BaseException:
            stream.close()
            raise
        if not hub.meeting.may_greet(self._name):
            # Another connection is coming about.
            attempt.outcome.cancel()
            connection.abort()
            return
        try:
            connection.write_control(hub.hello())
            await attempt.outcome
        finally:
            attempt.over()
            if attempt.outcome.cancelled():
                connection.abort()

    def _rejected(self, why: str) -> LahjaError:
        return ConnectionAttemptRejected(f"{self._name} can't be connected to: {why}")


class _Welcome:
    """A connection that was accepted, until its hello is judged."""

    def __init__(self, hub: Hub, handshakes: asyncio.Semaphore) -> None:
        self.is_over = False
        self._hub = hub
        self._handshakes = handshakes

    def greeted(self, connection: Connection, hello: pb.Hello) -> Link:
        link = self._hub.admit(connection, hello)
        self._over()
        return link

    def failed(self, connection: Connection, why: Exception) -> None:
        if not self.is_over:
            level = logging.DEBUG if isinstance(why, (Refusal, EOFError)) else logging.WARNING
            log.log(level, "%s: a connection came to nothing: %s", self._hub.name, why)
            self._over()

    def _over(self) -> None:
        self.is_over = True
        self._handshakes.release()


async def listen(hub: Hub, listener: socket.socket) -> None:
    """Accepts until it is cancelled."""
    handshakes = asyncio.Semaphore(_HANDSHAKES)
    welcomes: dict[Connection, _Welcome] = {}
    pause = _FIRST_PAUSE
    try:
        while True:
            await handshakes.acquire()
            welcome = _Welcome(hub, handshakes)
            connection = hub.connection(welcome)
            welcomes = {each: known for each, known in welcomes.items() if not known.is_over}
            welcomes[connection] = welcome
            try:
                await _accept(listener, connection)
                pause = _FIRST_PAUSE
            except PermissionError as error:
                welcome.failed(connection, error)
            except OSError as error:
                # The system is out of something, such as file descriptors.
                welcome.failed(connection, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
    finally:
        for connection, welcome in welcomes.items():
            if not welcome.is_over:
                connection.abort()


async def _accept(listener: socket.socket, connection: Connection) -> None:
    loop = asyncio.get_running_loop()
    stream, _ = await loop.sock_accept(listener)
    try:
        check_peer(stream)
        await loop.connect_accepted_socket(lambda: connection, stream)
    except BaseException:
        stream.close()
        raise
