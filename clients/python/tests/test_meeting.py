"""Who may be linked to whom."""

from __future__ import annotations

import itertools

import pytest

from lahja_client.link.meeting import Meeting, Refusal
from lahja_client.wire import lahja_wire_pb2 as pb


def refusal(meeting: Meeting[str], name: str, instance: int) -> str:
    with pytest.raises(Refusal) as caught:
        meeting.judge(name, instance)
    return pb.Goodbye.Reason.Name(caught.value.reason)


def admit(meeting: Meeting[str], name: str, instance: int, link: str) -> bool:
    try:
        meeting.judge(name, instance)
    except Refusal:
        return False
    meeting.admitted(name, instance, link)
    return True


def test_a_stranger_is_admitted_once() -> None:
    bob: Meeting[str] = Meeting("bob")
    assert admit(bob, "alice", 1, "first")
    assert refusal(bob, "alice", 1) == "REASON_DUPLICATE"
    assert refusal(bob, "alice", 2) == "REASON_NAME_TAKEN"
    bob.closed("alice", "first")
    assert admit(bob, "alice", 2, "second")
    bob.closed("alice", "first")
    assert bob.link("alice") == "second", "the end of the first link changes nothing"


def test_nobody_else_may_use_our_own_name() -> None:
    assert refusal(Meeting("bob"), "bob", 9) == "REASON_NAME_TAKEN"


def test_where_there_is_a_link_no_hello_is_sent() -> None:
    alice: Meeting[str] = Meeting("alice")
    assert admit(alice, "bob", 1, "bob's")
    assert not alice.may_greet("bob")


@pytest.mark.parametrize("order", list(itertools.permutations(["alice", "bob"])))
def test_of_two_that_greet_each_other_one_link_comes(order: tuple[str, str]) -> None:
    meetings: dict[str, Meeting[str]] = {name: Meeting(name) for name in order}
    for name, other in (order, order[::-1]):
        assert meetings[name].may_greet(other)
    admitted = {}
    for name, other in (order, order[::-1]):
        admitted[name] = admit(meetings[name], other, 1, f"{other}'s stream")
    assert admitted == {"alice": False, "bob": True}
    meetings["bob"].attempt_over("alice")
    assert meetings["alice"].answered("bob", 1, "alice's stream") is None
    assert meetings["alice"].link("bob") == meetings["bob"].link("alice") == "alice's stream"


def test_an_attempt_that_is_answered_after_all_replaces_the_admitted_link() -> None:
    bob: Meeting[str] = Meeting("bob")
    assert bob.may_greet("alice")
    assert admit(bob, "alice", 1, "alice's stream")
    assert bob.answered("alice", 1, "bob's stream") == "alice's stream"
    bob.closed("alice", "alice's stream")
    assert bob.link("alice") == "bob's stream"


def test_what_is_over_is_forgotten() -> None:
    alice: Meeting[str] = Meeting("alice")
    assert alice.may_greet("bob")
    alice.attempt_over("bob")
    assert alice._known == {}
    assert admit(alice, "bob", 1, "bob's")
    alice.closed("bob", "bob's")
    assert alice._known == {}
