#!/usr/bin/env python3
"""A minimal lahja peer, written from proto/README.md with nothing but Python (3.10, on Linux).
It says a line in the room of the chat example, hears it come back, and reads the history."""

import argparse
import contextlib
import os
import secrets
import select
import socket
import struct
import time

# What a Frame holds, by field number; lahja_wire.proto has the fields of each.
HELLO, SUBSCRIPTIONS, SUBSCRIPTIONS_ACK, BROADCAST, FAILURE, GOODBYE, CREDIT, CANCEL = range(1, 9)
REASONS = dict(enumerate("""UNSPECIFIED SHUTDOWN DUPLICATE NAME_TAKEN UNSUPPORTED_VERSION
    PROTOCOL_ERROR FRAME_TOO_LARGE SLOW_CONSUMER""".split()))
CODES = dict(enumerate("UNSPECIFIED UNANSWERED HANDLER_FAILED DECODE_FAILED SHUTTING_DOWN".split()))
UNANSWERED, SHUTDOWN, PROTOCOL_ERROR, FRAME_TOO_LARGE = 1, 1, 5, 6
FRAME_LIMIT, HELLO_LIMIT, EVENT_CHARGE = 16 << 20, 64 << 10, 64
CONNECT_SECONDS, REQUEST_SECONDS, HANDSHAKE_SECONDS, DRAIN_SECONDS = 10, 10, 5, 5
VARINT, I64, LEN, GROUP, GROUP_END, I32 = range(6)  # protobuf's wire types


class DeliveryError(Exception):
    """An event found no subscriber, or a request no answer."""


class Fixed64(bytes):
    """A fixed64, as its 8 bytes: type IDs and instances are only ever compared."""


def encode(fields):
    """Encodes a message, given as the values of its fields by number; a list is a repeated one."""
    out = bytearray()
    for number, values in fields.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, Fixed64):
                out += encode_varint(number << 3 | I64) + value
            elif isinstance(value, int):
                out += encode_varint(number << 3 | VARINT) + encode_varint(value)
            else:
                data = value.encode() if isinstance(value, str) else value
                out += encode_varint(number << 3 | LEN) + encode_varint(len(data)) + data
    return bytes(out)


def encode_varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + encode_varint(value >> 7)


def decode(data, *kinds):
    """Returns fields 1, 2, … by their kinds: int, Fixed64, str, bytes, or list if repeated."""
    values = [kind() for kind in kinds]
    for number, value in decode_fields(data):
        kind = kinds[number - 1] if number <= len(kinds) else None
        if kind and isinstance(value, int) != (kind is int):
            raise ValueError(f"field {number} has another wire type")
        if kind is list:
            values[number - 1].append(value)
        elif kind:
            values[number - 1] = value.decode() if kind is str else kind(value)
    return values


def decode_fields(data):
    """Yields number and value of each field: an int if it is a varint, else bytes."""
    at, groups = 0, []
    while at < len(data):
        tag, at = decode_varint(data, at)
        number, wire_type, value = tag >> 3, tag & 7, 0
        if wire_type in (VARINT, LEN):
            value, at = decode_varint(data, at)
        if wire_type in (LEN, I64, I32):
            size = {I64: 8, I32: 4}.get(wire_type, value)
            value, at = data[at : at + size], at + size
        if number == 0 or wire_type > I32 or at > len(data):
            raise ValueError("a malformed field")
        if wire_type == GROUP:  # nothing known has groups: skipped to their end
            groups.append(number)
        elif wire_type == GROUP_END and (not groups or groups.pop() != number):
            raise ValueError("a malformed group")
        elif wire_type != GROUP_END and not groups:
            yield number, value
    if groups:
        raise ValueError("a group without an end")


def decode_varint(data, at):
    value = 0
    for size, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * size
        if byte < 0x80:
            return value % 2**64, at + size + 1
    raise ValueError("a varint is cut off")


def fnv1a(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return Fixed64(value.to_bytes(8, "little"))


def dial(peer):
    """Connects to the socket of the endpoint `peer`, which may take a while to come up."""
    runtime, temporary = os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("TMPDIR") or "/tmp"
    default = f"{runtime}/lahja" if runtime else f"{temporary}/lahja-{os.geteuid()}"
    directory = os.environ.get("LAHJA_DIR") or default
    path = f"{directory}/{peer}.ipc"
    give_up = time.monotonic() + CONNECT_SECONDS
    stream = socket.socket(socket.AF_UNIX)
    while error := stream.connect_ex(path):
        if time.monotonic() > give_up:
            raise ConnectionError(f"{peer} is not there: {path}: {os.strerror(error)}")
        time.sleep(0.1)
    _, user, _ = struct.unpack("3i", stream.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    place = os.lstat(directory)  # a symbolic link counts as open to all
    if {user, place.st_uid} != {os.geteuid()} or place.st_mode & 0o022:
        raise PermissionError(f"{path} is open to other users, or theirs")
    return stream


class Connection:
    """A connection to the endpoint `peer`. It reads and writes while one of its methods waits."""

    def __init__(self, name, peer, subscriptions):
        self.stream, self.peer = dial(peer), peer
        self.subscribed = {fnv1a(event): event for event in subscriptions}
        self.events = []  # name and payload of each, for the caller to take out
        self.inbox, self.outbox = bytearray(), bytearray()
        self.windows, self.credit = {}, {}  # by type ID: bytes the peer announced, bytes left
        self.answers = {}  # by request ID: None, until there is type ID, payload and failure
        self.last_request_id = self.peer_revision = self.acknowledged = self.peer_limit = 0
        self.ended, self.at_end = None, False  # the error to raise; whether all has been read
        self.write(HELLO, {1: 1, 2: name, 3: Fixed64(secrets.token_bytes(8))})
        self.wait(lambda: self.peer_revision and self.acknowledged, HANDSHAKE_SECONDS)

    def send(self, event, payload, request_id=0):
        """Sends an event once there is room for it, and returns when it is written."""
        type_id = fnv1a(event)
        fields = {1: type_id, 2: payload, 4: request_id}
        size = len(encode({BROADCAST: encode(fields)}))
        if size > self.peer_limit:
            raise ValueError(f"a frame of {size} bytes is too large for {self.peer}")
        self.wait(lambda: self.credit.get(type_id, 1) > 0)
        if type_id not in self.credit:
            raise DeliveryError(f"{self.peer} is not subscribed to {event}")
        self.credit[type_id] -= size + EVENT_CHARGE
        self.write(BROADCAST, fields)
        self.wait(lambda: not self.outbox)

    def request(self, question, payload, answer):
        """Sends a request and returns the payload of its answer, of the type named `answer`."""
        self.last_request_id = request_id = self.last_request_id + 1
        self.answers[request_id] = None
        try:
            self.send(question, payload, request_id)
            self.wait(lambda: self.answers[request_id])
        except TimeoutError:
            self.write(CANCEL, {1: request_id})
            raise
        finally:
            type_id, payload, failure = self.answers.pop(request_id) or (None, None, None)
        if type_id != fnv1a(answer):
            raise DeliveryError(f"{question}: {failure or 'answered with another type'}")
        return payload

    def close(self):
        """Unsubscribes, says goodbye when nothing more is coming, and reads to the end."""
        with contextlib.suppress(OSError):  # nobody is left to take leave of
            self.write(SUBSCRIPTIONS, {1: 2, 3: list(self.subscribed)})
            self.wait(lambda: self.acknowledged == 2, DRAIN_SECONDS)
            self.end(SHUTDOWN, "closed")
            self.wait(lambda: self.at_end, DRAIN_SECONDS)
        self.stream.close()

    def wait(self, condition, seconds=REQUEST_SECONDS):
        """Writes what fits and reads what is there, neither waiting for the other."""
        give_up = time.monotonic() + seconds
        while not condition():
            if self.at_end:
                raise self.ended
            writing, left = [self.stream] if self.outbox else [], give_up - time.monotonic()
            readable, writable, _ = select.select([self.stream], writing, [], max(0, left))
            if writable:
                with contextlib.suppress(ConnectionError):  # what it said last is still to be read
                    del self.outbox[: self.stream.send(self.outbox, socket.MSG_DONTWAIT)]
                    if self.ended and not self.outbox:
                        self.stream.shutdown(socket.SHUT_WR)
            if readable:
                self.receive()
            elif not writable:
                raise self.ended or TimeoutError(f"{self.peer} takes too long")

    def receive(self):
        data = b""
        with contextlib.suppress(ConnectionError):
            data = self.stream.recv(64 * 1024)
        if not data:
            self.at_end = True
            self.ended = self.ended or ConnectionResetError(f"{self.peer} went without a goodbye")
        self.inbox += data
        while len(self.inbox) >= 4 and not self.ended:
            size = int.from_bytes(self.inbox[:4], "little")
            if size > (FRAME_LIMIT if self.peer_limit else HELLO_LIMIT):
                return self.end(FRAME_TOO_LARGE, f"{self.peer} sent a frame of {size} bytes")
            if len(self.inbox) < 4 + size:
                return
            frame, self.inbox = bytes(self.inbox[4 : 4 + size]), self.inbox[4 + size :]
            try:
                self.handle(frame)
            except (ValueError, struct.error) as error:
                self.end(PROTOCOL_ERROR, f"{self.peer} broke the protocol: {error}")

    def handle(self, frame):
        body, data = None, b""
        for number, value in decode_fields(frame):
            if HELLO <= number <= CANCEL and isinstance(value, bytes):
                body, data = number, data + value if number == body else value  # parts are merged
        if body and body != GOODBYE and (body == HELLO) == (self.peer_limit > 0):
            raise ValueError("Hello comes first, and once")
        if body == HELLO:
            version, name, instance, limit = decode(data, int, str, Fixed64, int)
            if not (version and any(instance) and name == self.peer) or 0 < limit < HELLO_LIMIT:
                raise ValueError(f"an invalid Hello of {name}")
            self.peer_limit = limit or FRAME_LIMIT
            added = [encode({1: type_id, 2: event}) for type_id, event in self.subscribed.items()]
            self.write(SUBSCRIPTIONS, {1: 1, 2: added})  # without windows, so no Credit is ever due
        elif body == SUBSCRIPTIONS:
            self.on_subscriptions(*decode(data, int, list, list, int))
        elif body == SUBSCRIPTIONS_ACK:
            (self.acknowledged,) = decode(data, int)
        elif body == BROADCAST:
            self.on_broadcast(*decode(data, Fixed64, bytes, int, int, int, list))
        elif body == FAILURE:
            request_id, code, text = decode(data, int, int, str)
            if request_id in self.answers:
                self.answers[request_id] = None, b"", f"{CODES.get(code, code)} {text}"
        elif body == GOODBYE:
            reason, text = decode(data, int, str)
            self.end(SHUTDOWN, f"{self.peer} said goodbye: {REASONS.get(reason, reason)} {text}")
        elif body == CREDIT:
            for grant in decode(data, list)[0]:
                type_id, size = decode(grant, Fixed64, int)
                if type_id in self.credit:
                    self.credit[type_id] = min(self.credit[type_id] + size, self.windows[type_id])

    def on_subscriptions(self, revision, added, removed, more):
        for (type_id,) in struct.iter_unpack("8s", b"".join(removed)):  # packed or not
            self.credit.pop(type_id, None)
        for type_id, _, _, window in (decode(event, Fixed64, str, list, int) for event in added):
            self.windows[type_id] = self.credit[type_id] = window or float("inf")
        if revision > 1 or not more:
            self.peer_revision = revision
            self.write(SUBSCRIPTIONS_ACK, {1: revision})

    def on_broadcast(self, type_id, payload, compression, request_id, response_to, headers):
        for header in headers:
            decode(header, str, str)  # of no use here, but must be UTF-8
        if request_id:
            self.write(FAILURE, {1: request_id, 2: UNANSWERED})
        elif response_to in self.answers:
            self.answers[response_to] = type_id, payload, ""
        elif type_id in self.subscribed and not response_to and not compression:
            self.events.append((self.subscribed[type_id], payload))

    def end(self, reason, why):
        """Says Goodbye. From now on nothing is sent, and what comes is not looked at."""
        self.write(GOODBYE, {1: reason, 2: why})
        self.ended = ConnectionAbortedError(why.strip())

    def write(self, body, fields):
        if not self.ended:
            frame = encode({body: encode(fields)})
            self.outbox += struct.pack("<I", len(frame)) + frame


def chat(text):
    post, events = ["minimal-peer", text], ["chat_room.v1.MessagePosted"]
    with contextlib.closing(Connection("minimal-peer", "chat-room", events)) as room:
        room.request("chat_room.v1.PostMessage", encode({1: text}), "google.protobuf.Empty")
        room.wait(lambda: post in [decode(payload, str, str) for _, payload in room.events])
        print("heard    {}: {}".format(*post))
        history = room.request("chat_room.v1.GetHistory", b"", "chat_room.v1.History")
        for message in decode(history, list)[0]:
            print("history  {}: {}".format(*decode(message, str, str)))


def main():
    parser = argparse.ArgumentParser(description="Says a line in the chat room.")
    parser.add_argument("--text", default="hello", help="what to say (default: %(default)s)")
    try:
        chat(parser.parse_args().text)
    except (OSError, ValueError, DeliveryError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()
