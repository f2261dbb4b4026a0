"""A whole session of two peers: alice dials bob, asks for a history, gets a message, stops."""

from .protobuf import data, fixed64, message, text, uint
from .schema import broadcast, credit, goodbye, hello, subscriptions, subscriptions_ack
from .vector import fnv1a, in_hex, type_id

KIND = "steps"

POSTED, ASKED, HISTORY = "chat.v1.MessagePosted", "chat.v1.GetHistory", "chat.v1.History"
# MessagePosted { room = "rust", text = "hi" }
POST = text(1, "rust") + text(2, "hi")
# GetHistory { room = "rust" }
QUESTION = text(1, "rust")
# History { messages = [MessagePosted { room = "rust", text = "hi" }] }
ANSWER = message(1, POST)


def step(sender, frame, meaning):
    return {"from": sender, "bytes": in_hex(frame), "frame": meaning}


VECTORS = [
    step("alice", hello(uint(1, 1), text(2, "alice"), fixed64(3, 0x1111)),
         {"hello": {"protocol_version": 1, "name": "alice", "instance": "0x1111"}}),
    step("bob", hello(uint(1, 1), text(2, "bob"), fixed64(3, 0x2222)),
         {"hello": {"protocol_version": 1, "name": "bob", "instance": "0x2222"}}),
    step("bob",
         subscriptions(
             uint(1, 1), message(2, fixed64(1, fnv1a(ASKED)), text(2, ASKED), uint(4, 65536)),
         ),
         {"subscriptions": {"revision": "1", "added": [
             {"id": type_id(fnv1a(ASKED)), "name": ASKED, "window": "65536"},
         ]}}),
    step("alice",
         subscriptions(uint(1, 1), message(2, fixed64(1, fnv1a(POSTED)), text(2, POSTED))),
         {"subscriptions": {"revision": "1", "added": [
             {"id": type_id(fnv1a(POSTED)), "name": POSTED},
         ]}}),
    step("alice", subscriptions_ack(uint(1, 1)), {"subscriptions_ack": {"revision": "1"}}),
    step("bob", subscriptions_ack(uint(1, 1)), {"subscriptions_ack": {"revision": "1"}}),
    step("bob", broadcast(fixed64(1, fnv1a(POSTED)), data(2, POST)),
         {"broadcast": {"type_id": type_id(fnv1a(POSTED)), "payload": POST.hex()}}),
    step("alice", broadcast(fixed64(1, fnv1a(ASKED)), data(2, QUESTION), uint(4, 1)),
         {"broadcast": {
             "type_id": type_id(fnv1a(ASKED)), "payload": QUESTION.hex(), "request_id": "1",
         }}),
    step("bob", broadcast(fixed64(1, fnv1a(HISTORY)), data(2, ANSWER), uint(5, 1)),
         {"broadcast": {
             "type_id": type_id(fnv1a(HISTORY)), "payload": ANSWER.hex(), "response_to": "1",
         }}),
    # The request's frame has 21 bytes; 64 more are charged for every event.
    step("bob", credit(message(1, fixed64(1, fnv1a(ASKED)), uint(2, 21 + 64))),
         {"credit": {"grants": [{"type_id": type_id(fnv1a(ASKED)), "bytes": "85"}]}}),
    step("alice", subscriptions(uint(1, 2), data(3, fnv1a(POSTED).to_bytes(8, "little"))),
         {"subscriptions": {"revision": "2", "removed": [type_id(fnv1a(POSTED))]}}),
    step("bob", subscriptions_ack(uint(1, 2)), {"subscriptions_ack": {"revision": "2"}}),
    step("alice", goodbye(uint(1, 1)), {"goodbye": {"reason": 1}}),
    step("bob", goodbye(uint(1, 1)), {"goodbye": {"reason": 1}}),
]
