"""Two links that do what they may in a random order, cut off from each other at random."""

from __future__ import annotations

import random

import pytest
from test_link import Side

from lahja_client.link.link import Phase
from lahja_client.link.outflow import Attempt
from lahja_client.link.outgoing import Outgoing
from lahja_client.wire import lahja_wire_pb2 as pb

WINDOWS = {1: 0, 2: 100, 3: 300, 4: 2000}
STEPS = 400


class Pair:
    """Frames between two sides lie on the way until a step delivers them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.sides = (Side(), Side())
        self.wanted: tuple[set[int], set[int]] = (set(), set())
        self.on_the_way: tuple[list[pb.Frame], list[pb.Frame]] = ([], [])
        self.sent = [0, 0]
        for side in self.sides:
            side.link.open([])

    def deliver(self, at: int, frames: int) -> None:
        """Gives a side what the other has said, as one batch."""
        self.on_the_way[at].extend(self.sides[1 - at].said())
        batch = self.on_the_way[at][:frames]
        del self.on_the_way[at][:frames]
        self.sides[at].get(*batch)

    def step(self) -> None:
        at = self.random.randrange(2)
        side, wanted = self.sides[at], self.wanted[at]
        type_id = self.random.choice(list(WINDOWS))
        match self.random.randrange(8):
            case 0 if type_id in wanted:
                wanted.remove(type_id)
                side.link.unsubscribe([type_id])
            case 0 | 1 if type_id not in wanted:
                wanted.add(type_id)
                added = pb.EventType(id=type_id, name=f"t.T{type_id}", window=WINDOWS[type_id])
                side.link.subscribe(added)
            case 2 | 3:
                self.send(at, type_id)
            case 4 if side.arrived_events:
                side.take()
            case _:
                self.deliver(at, self.random.randint(1, 5))

    def send(self, at: int, type_id: int) -> None:
        flow = self.sides[at].flows.get(type_id)
        if flow is not None:
            size = self.random.choice([0, 1, 40, 40, 500])
            if flow.try_send(Outgoing(type_id, b"x" * size)) is Attempt.SENT:
                self.sent[at] += 1

    def settle(self) -> None:
        """Until nothing is on the way, and nothing is left to take."""
        while any(self.on_the_way) or any(s.written or s.arrived_events for s in self.sides):
            for at in range(2):
                self.deliver(at, 1000)
                while self.sides[at].arrived_events:
                    self.sides[at].take()


@pytest.mark.parametrize("seed", range(100))
def test_links_keep_the_protocol_whatever_they_do(seed: int) -> None:
    pair = Pair(seed)
    for _ in range(STEPS):
        pair.step()
    pair.settle()
    for at in range(2):
        side = pair.sides[at]
        assert side.link.phase is Phase.TALKING, "neither broke a rule"
        assert side.flows.keys() == pair.wanted[1 - at]
        for type_id, flow in side.flows.items():
            assert flow.left == (flow.window or flow.left), "all credit came back, and no more"
            assert flow.unconfirmed == 0
    assert all(sent > 10 for sent in pair.sent), "steps that send nothing show nothing"
