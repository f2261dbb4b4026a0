"""Endpoints over real sockets: requests."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from conformance_pb2 import Answer, Ask, Fail, Hang, Note, Renumbered, Touched
from google.protobuf.empty_pb2 import Empty
from support import at, outcome, pair, until

from lahja_client import (
    BroadcastConfig,
    DeadlineExceeded,
    Disconnected,
    Endpoint,
    HandlerFailed,
    InvalidEvent,
    LahjaError,
    NoSubscribers,
    NotRequested,
    Options,
    Received,
    ShuttingDown,
    TooLarge,
    Unanswered,
    UnexpectedResponse,
)
from lahja_client.events import event_type
from lahja_client.link.outgoing import Outgoing


def answer(request: Received[Ask]) -> Answer:
    return Answer(by="bob", text=request.event.text)


async def test_a_request_gets_its_answer(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        bob.respond(Ask, answer)
        bob.respond(Touched, lambda request: Empty())
        await alice.wait_until_endpoint_subscribed_to("bob", Touched)
        assert await alice.request(Ask(text="hi")) == Answer(by="bob", text="hi")
        assert await alice.request(Touched()) == Empty()
        own = BroadcastConfig(filter_endpoint="bob")
        assert await bob.request(Ask(text="to myself"), own) == Answer(by="bob", text="to myself")


async def test_many_requests_at_once_are_handled_beside_each_other(directory: Path) -> None:
    async with pair(directory, None, Options(handlers=10)) as (alice, bob):
        running = most = 0

        async def slowly(request: Received[Ask]) -> Answer:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.005)
            running -= 1
            return answer(request)

        bob.respond(Ask, slowly)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        answers = await asyncio.gather(*(alice.request(Ask(text=str(n))) for n in range(100)))
        assert [each.text for each in answers] == [str(n) for n in range(100)]
        assert most == 10


async def test_the_first_good_answer_wins(directory: Path) -> None:
    async with pair(directory) as (alice, bob), Endpoint(at(directory, "carol")).run() as carol:
        held: list[Received[Ask]] = []
        bob.respond(Ask, answer)
        carol.subscribe(Ask, held.append)
        await carol.connect_to_endpoints("alice")
        await alice.wait_until_all_endpoints_subscribed_to(Ask, include_self=False)
        assert (await alice.request(Ask(text="hi"))).by == "bob"
        await until(lambda: len(held) == 1)
        held[0].reply(Answer(by="carol"))


async def test_replying_from_a_stream_awaited_or_not(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        stream = bob.stream(Ask)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        first = asyncio.create_task(alice.request(Ask(text="1")))
        await (await stream.__anext__()).reply(Answer(text="one"))
        second = asyncio.create_task(alice.request(Ask(text="2")))
        (await stream.__anext__()).reply(Answer(text="two"))
        assert [(await each).text for each in (first, second)] == ["one", "two"]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_failing_handler_fails_the_request(directory: Path, is_async: bool) -> None:
    async with pair(directory) as (alice, bob):

        async def later(request: Received[Fail]) -> Answer:
            raise RuntimeError(f"no {request.event.text}")

        def now(request: Received[Fail]) -> Answer:
            raise RuntimeError(f"no {request.event.text}")

        bob.respond(Fail, later if is_async else now)
        await alice.wait_until_endpoint_subscribed_to("bob", Fail)
        with pytest.raises(HandlerFailed, match="Fail at bob.* no bananas") as failed:
            await alice.request(Fail(text="bananas"))
        assert failed.value.endpoint == "bob"


async def test_a_request_that_is_dropped_is_unanswered(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        bob.subscribe(Hang, lambda request: None)
        await alice.wait_until_endpoint_subscribed_to("bob", Hang)
        with pytest.raises(Unanswered, match="Hang at bob"):
            await alice.request(Hang())
        with pytest.raises(Unanswered):
            await bob.request(Hang())


async def test_a_request_to_nobody(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        with pytest.raises(NoSubscribers):
            await alice.request(Ask())
        with pytest.raises(InvalidEvent, match="Note is no request"):
            await alice.request(Note())  # type: ignore[arg-type]


async def test_a_deadline_cancels_the_handler(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        began, cancelled = asyncio.Event(), asyncio.Event()

        async def forever(request: Received[Ask]) -> Answer:
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            raise AssertionError

        bob.respond(Ask, forever)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        with pytest.raises(DeadlineExceeded, match="Ask at bob: not answered within 0.05 s"):
            await alice.request(Ask(), BroadcastConfig(timeout=0.05))
        assert began.is_set()
        await cancelled.wait()


async def test_a_request_that_is_not_waited_for_any_more_is_not_begun(directory: Path) -> None:
    async with pair(directory, None, Options(handlers=1)) as (alice, bob):
        begun: list[str] = []
        go_on = asyncio.Event()

        async def one_by_one(request: Received[Ask]) -> Answer:
            begun.append(request.event.text)
            await go_on.wait()
            return Answer()

        bob.respond(Ask, one_by_one)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        first = asyncio.create_task(alice.request(Ask(text="first")))
        await until(lambda: begun == ["first"])
        with pytest.raises(DeadlineExceeded):
            await alice.request(Ask(text="second"), BroadcastConfig(timeout=0.02))
        third = asyncio.create_task(alice.request(Ask(text="third")))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(first, third)
        assert begun == ["first", "third"]


async def test_a_cancelled_request_frees_the_window_when_it_is_let_go(directory: Path) -> None:
    async with pair(directory, None, Options(window=50)) as (alice, bob):
        held: list[Received[Hang]] = []
        bob.subscribe(Hang, held.append)
        await alice.wait_until_endpoint_subscribed_to("bob", Hang)
        for _ in range(5):
            asking = asyncio.create_task(alice.request(Hang()))
            await until(lambda: bool(held))
            asking.cancel()
            await asyncio.wait([asking])
            with pytest.raises(DeadlineExceeded):
                await alice.request(Hang(), BroadcastConfig(timeout=0.02))
            assert len(held) == 1, "the window is used up by what is held"
            held.clear()


async def test_who_is_disconnected_answers_nothing(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        held: list[Received[Hang]] = []
        bob.subscribe(Hang, held.append)
        await alice.wait_until_endpoint_subscribed_to("bob", Hang)
        asking = asyncio.create_task(outcome(alice.request(Hang())))
        await until(lambda: bool(held))
        for link in list(bob._hub.links):
            link.port.abort()
        assert isinstance(await asking, Disconnected)


async def test_who_stops_says_so(directory: Path) -> None:
    async with pair(directory, None, Options(drain_timeout=0.2)) as (alice, bob):
        held: list[Received[Hang]] = []
        bob.subscribe(Hang, held.append)
        await alice.wait_until_endpoint_subscribed_to("bob", Hang)
        asking = asyncio.create_task(outcome(alice.request(Hang())))
        await until(lambda: bool(held))
        await bob.stop()
        assert isinstance(await asking, ShuttingDown)
        assert not alice.is_connected_to("bob")


async def test_who_stops_answers_what_is_under_way(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        began = asyncio.Event()

        async def slowly(request: Received[Ask]) -> Answer:
            began.set()
            await asyncio.sleep(0.05)
            return answer(request)

        bob.respond(Ask, slowly)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        asking = asyncio.create_task(alice.request(Ask(text="last")))
        await began.wait()
        await bob.stop()
        assert (await asking).text == "last"


async def test_answers_that_are_wrong(directory: Path) -> None:
    async with pair(directory, Options(max_frame_len=65536)) as (alice, bob):
        seen: list[LahjaError] = []

        def wrong(request: Received[Any]) -> None:
            for response in (Note(), Answer(text="x" * 70_000)):
                try:
                    request.reply(response)
                except LahjaError as error:
                    seen.append(error)

        bob.subscribe(Ask, wrong)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        with pytest.raises(HandlerFailed, match="alice takes 65536 at most"):
            await alice.request(Ask())
        assert [type(each) for each in seen] == [UnexpectedResponse, TooLarge]
        received = alice.wait_for(Note)
        await alice.broadcast(Note())
        unasked: Any = await received
        with pytest.raises(NotRequested, match="Note came by broadcast"):
            unasked.reply(Answer())


async def test_a_peer_that_answers_with_another_type(directory: Path) -> None:
    async with pair(directory) as (alice, bob):
        for type_id, named in [
            (event_type(Note).type_id, "lahja.conformance.v1.Note"),
            (event_type(Renumbered).type_id, "lahja.conformance.v1.Renumbered"),
            (0xABC, "type 0x0000000000000abc"),
        ]:

            def wrong(request: Received[Any], type_id: int = type_id) -> None:
                # `reply` would not let it pass.
                assert request._holder and request._holder.slot
                request._holder.slot._requester.answer(Outgoing(type_id, b""), "another")

            subscription = bob.subscribe(Ask, wrong)
            await subscription.confirmed()
            expected = f"bob answered with {named} where lahja.conformance.v1.Answer was expected"
            with pytest.raises(UnexpectedResponse, match=expected):
                await alice.request(Ask())
            subscription.unsubscribe()


async def test_a_handler_may_ask_back(directory: Path) -> None:
    async with pair(directory) as (alice, bob):

        async def ask_back(request: Received[Ask]) -> Answer:
            if request.event.text == "0":
                return Answer(text="done")
            less = Ask(text=str(int(request.event.text) - 1))
            asker = bob if request.origin == "alice" else alice
            other = "alice" if asker is bob else "bob"
            return await asker.request(less, BroadcastConfig(filter_endpoint=other))

        bob.respond(Ask, ask_back)
        alice.respond(Ask, ask_back)
        await alice.wait_until_endpoint_subscribed_to("bob", Ask)
        await bob.wait_until_endpoint_subscribed_to("alice", Ask)
        to_bob = BroadcastConfig(filter_endpoint="bob")
        assert (await alice.request(Ask(text="20"), to_bob)).text == "done"
