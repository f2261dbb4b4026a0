"""The adapter of proto/conformance/README.md: takes commands on stdin, answers on stdout."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import conformance_pb2
from conformance_pb2 import Answer, Ask, Fail, Hang, Note, Touched
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError as ProtobufError
from values import message_from, value_of
from vectors import decode_stream, frame_from

import lahja_client
from lahja_client import BroadcastConfig, ConnectionConfig, Endpoint, Options, Received
from lahja_client.events import event_type
from lahja_client.wire import compression
from lahja_client.wire.compression import PayloadError
from lahja_client.wire.frames import encode
from lahja_client.wire.names import check_endpoint_name, check_event_name, type_id_of

Command = dict[str, Any]

FAILED = {
    lahja_client.NoSubscribers: "no_subscribers",
    lahja_client.ConnectionAttemptRejected: "rejected",
    lahja_client.Disconnected: "disconnected",
    lahja_client.Unanswered: "unanswered",
    lahja_client.HandlerFailed: "handler_failed",
    lahja_client.DecodeError: "decode_failed",
    lahja_client.ShuttingDown: "shutting_down",
    lahja_client.UnexpectedResponse: "unexpected_response",
    lahja_client.DeadlineExceeded: "deadline_exceeded",
    lahja_client.TooLarge: "too_large",
}


def hexed(type_id: int) -> str:
    return f"{type_id:#018x}"


def message_class(name: str) -> Any:
    if name == "google.protobuf.Empty":
        return Empty
    return getattr(conformance_pb2, name.removeprefix("lahja.conformance.v1."))


def is_valid(check: Any, name: str) -> dict[str, Any]:
    try:
        check(name)
    except lahja_client.InvalidName:
        return {"valid": False}
    return {"valid": True}


def config_to(command: Command, **more: Any) -> BroadcastConfig:
    return BroadcastConfig(filter_endpoint=command.get("to"), **more)


class Adapter:
    def __init__(self) -> None:
        self.stack = AsyncExitStack()
        self.endpoint: Endpoint
        self.directory: Path
        self.notes: asyncio.Queue[Received[Note]]
        self.hung: list[Received[Hang]] = []
        self.started: asyncio.Task[dict[str, Any]]

    # Codec.

    def about(self, command: Command) -> dict[str, Any]:
        known = [compression.SNAPPY] if compression.AVAILABLE else []
        return {"language": "Python", "version": sys.version.split()[0], "compressions": known}

    def type_id(self, command: Command) -> dict[str, Any]:
        return {"type_id": hexed(type_id_of(command["name"]))}

    def endpoint_name(self, command: Command) -> dict[str, Any]:
        return is_valid(check_endpoint_name, command["name"])

    def event_name(self, command: Command) -> dict[str, Any]:
        return is_valid(check_event_name, command["name"])

    def decode_frames(self, command: Command) -> dict[str, Any]:
        frames, verdict = decode_stream(bytes.fromhex(command["bytes"]), command["limit"])
        return {"frames": frames, "verdict": verdict}

    def encode_frames(self, command: Command) -> dict[str, Any]:
        return {"bytes": b"".join(encode(frame_from(each)) for each in command["frames"]).hex()}

    def decompress(self, command: Command) -> dict[str, Any]:
        block = bytes.fromhex(command["bytes"])
        try:
            payload = compression.decompress(command["compression"], block, command["limit"])
        except PayloadError as error:
            return {"verdict": error.verdict}
        return {"verdict": "ok", "payload": payload.hex()}

    def compress(self, command: Command) -> dict[str, Any]:
        if not compression.AVAILABLE:
            return {"skipped": "snappy is not installed"}
        return {"bytes": compression.compress(bytes.fromhex(command["payload"])).hex()}

    def describe(self, command: Command) -> dict[str, Any]:
        described = event_type(message_class(command["type"]))
        response = described.response and described.response.DESCRIPTOR.full_name
        return {"type_id": hexed(described.type_id), "response": response}

    def decode_event(self, command: Command) -> dict[str, Any]:
        try:
            event = message_class(command["type"]).FromString(bytes.fromhex(command["bytes"]))
        except ProtobufError:
            return {"verdict": "malformed"}
        again = event.SerializeToString(deterministic=True).hex()
        return {"verdict": "ok", "value": value_of(event), "again": again}

    def encode_event(self, command: Command) -> dict[str, Any]:
        event = message_from(message_class(command["type"]), command["value"])
        return {"bytes": event.SerializeToString(deterministic=True).hex()}

    # Live.

    async def serve(self, command: Command) -> dict[str, Any]:
        self.directory = Path(command["directory"])
        names = ["window", "max_frame_len", *(["compress_above"] if compression.AVAILABLE else [])]
        options = Options(**{name: command[name] for name in names if name in command})
        config = ConnectionConfig.from_name(command["name"], self.directory)
        self.endpoint = await self.stack.enter_async_context(Endpoint.serve(config, options))
        self.notes = asyncio.Queue()

        def fail(request: Received[Fail]) -> Answer:
            raise RuntimeError(request.event.text)

        def answer(request: Received[Ask]) -> Answer:
            return Answer(by=self.endpoint.name, text=request.event.text)

        self.endpoint.subscribe(Note, self.notes.put_nowait)
        self.endpoint.respond(Ask, answer)
        self.endpoint.respond(Fail, fail)
        self.endpoint.subscribe(Hang, self.hung.append)
        self.endpoint.respond(Touched, lambda request: Empty())
        return {}

    async def connect(self, command: Command) -> dict[str, Any]:
        await self.endpoint.connect_to_endpoints(command["to"])
        return {}

    async def wait_subscribed(self, command: Command) -> dict[str, Any]:
        event = message_class(command["type"])
        await self.endpoint.wait_until_endpoint_subscribed_to(command["to"], event)
        return {}

    async def broadcast(self, command: Command) -> dict[str, Any]:
        delivered = 0
        config = config_to(command, require_subscriber=False)
        for number in range(command["first"], command["first"] + command["count"]):
            note = Note(number=number, text=command["text"])
            delivered += (await self.endpoint.broadcast(note, config)).count
        return {"delivered": delivered}

    async def take_notes(self, command: Command) -> dict[str, Any]:
        taken = [await self.notes.get() for _ in range(command["count"])]
        notes = [[n.origin, str(n.event.number), n.event.text, n.missed] for n in taken]
        return {"notes": notes}

    async def request(self, command: Command) -> dict[str, Any]:
        timeout = command["timeout"] / 1000 if "timeout" in command else None
        cls = message_class(command["type"])
        has_text = "text" in command and "text" in cls.DESCRIPTOR.fields_by_name
        event = cls(text=command["text"]) if has_text else cls()
        answer = await self.endpoint.request(event, config_to(command, timeout=timeout))
        return {"value": value_of(answer)}

    async def start_request(self, command: Command) -> dict[str, Any]:
        self.started = asyncio.create_task(self.attempt(self.request, command))
        # What has room is written in the task's first step.
        await asyncio.sleep(0)
        return {}

    async def finish_request(self, command: Command) -> dict[str, Any]:
        return await self.started

    async def wait_gone(self, command: Command) -> dict[str, Any]:
        await self.endpoint.wait_until_disconnected_from(command["name"])
        return {}

    async def stop(self, command: Command) -> dict[str, Any]:
        await self.stack.aclose()
        self.hung.clear()
        return {}

    # Commands.

    async def attempt(self, do: Any, command: Command) -> dict[str, Any]:
        try:
            done = do(command)
            answer: dict[str, Any] = await done if asyncio.iscoroutine(done) else done
            return answer
        except lahja_client.LahjaError as error:
            words = (word for kind, word in FAILED.items() if isinstance(error, kind))
            return {"failed": next(words, "other"), "message": str(error)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}

    async def run(self, lines: asyncio.Queue[str | None]) -> None:
        while (line := await lines.get()) is not None:
            command = json.loads(line)
            do = getattr(self, command["do"], None)
            answer = await self.attempt(do, command) if do else {"skipped": "unknown command"}
            print(json.dumps(answer), flush=True)
        await self.stack.aclose()


async def main() -> None:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    await Adapter().run(lines)


if __name__ == "__main__":
    asyncio.run(main())
