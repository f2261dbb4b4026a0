"""Takes a seat of the benchmark with lahja-client: see src/seat.rs for the other side."""

import asyncio
import json
import os
import pathlib
import statistics
import sys
import time

from peer_events_pb2 import End, Question, Sample

from lahja_client import ConnectionConfig, Endpoint

STRIDE = 16
# Two fixed64 with their tags, and the tag and length of the payload.
SPELLED = 20


def say(line):
    print(line, flush=True)


async def heard():
    """The next line of the process that started this one; empty at the end."""
    return await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def done(events, start=None, end=None, latency=None):
    report = {"start": start, "end": end, "events": events, "latency": latency}
    say("done " + json.dumps(report))
    while await heard():
        pass


async def send(endpoint, receivers, payload, nanos):
    say("listening")
    while len(endpoint.get_connected_endpoints_and_subscriptions()) < receivers + 1:
        await endpoint.wait_until_connections_change()
    await endpoint.wait_until_all_endpoints_subscribed_to(End, include_self=False)
    say("ready")
    await heard()
    start = time.monotonic_ns()
    events = 0
    while (now := time.monotonic_ns()) < start + nanos:
        for _ in range(STRIDE):
            await endpoint.broadcast(Sample(number=events, time=now, payload=payload))
            events += 1
    await endpoint.broadcast(End(total=events))
    await done(events, start=start)


async def receive(endpoint, payload, host):
    events = 0
    ended = asyncio.get_running_loop().create_future()

    def take(received):
        nonlocal events
        sample = received.event
        if sample.number != events or len(sample.payload) != len(payload):
            sys.exit(f"event {sample.number} came in place of {events}")
        events += 1

    def finish(received):
        if received.event.total != events:
            sys.exit(f"of {received.event.total} events {events} came")
        ended.set_result(time.monotonic_ns())

    endpoint.subscribe(Sample, take)
    endpoint.subscribe(End, finish)
    await endpoint.connect_to_endpoints(host)
    say("ready")
    end = await ended
    await done(events, end=end)


async def answer(endpoint):
    def reply(received):
        question = received.event
        return Sample(number=question.number, time=question.time, payload=question.payload)

    endpoint.respond(Question, reply)
    say("listening")
    say("ready")
    while await heard():
        pass


async def ask(endpoint, payload, host, in_flight, nanos):
    await endpoint.connect_to_endpoints(host)
    await endpoint.wait_until_endpoint_subscribed_to("host", Question)
    say("ready")
    await heard()
    latencies = []
    number = 0
    start = time.monotonic_ns()

    async def lane():
        nonlocal number
        while (asked := time.monotonic_ns()) < start + nanos:
            mine, number = number, number + 1
            sample = await endpoint.request(Question(number=mine, time=asked, payload=payload))
            if sample.number != mine:
                sys.exit(f"{mine} was answered with {sample.number}")
            latencies.append((time.monotonic_ns() - asked) / 1e3)

    await asyncio.gather(*(lane() for _ in range(in_flight)))
    end = time.monotonic_ns()
    p99 = sorted(latencies)[int(len(latencies) * 0.99)]
    latency = {"median": statistics.median(latencies), "p99": p99}
    await done(len(latencies), start=start, end=end, latency=latency)


async def main(job):
    place = pathlib.Path(job["place"])
    kind = job["work"]["kind"]
    payload = bytes(job["work"]["len"] - SPELLED)
    nanos = job["time"]["secs"] * 10**9 + job["time"]["nanos"]
    host = ConnectionConfig.from_name("host", place)
    if job["role"] == "Host":
        async with Endpoint.serve(host) as endpoint:
            if "Requests" in kind:
                await answer(endpoint)
            else:
                await send(endpoint, kind["Flow"]["receivers"], payload, nanos)
        return
    name = "guest-{Guest}".format(**job["role"])
    async with Endpoint(ConnectionConfig.from_name(name, place)).run() as endpoint:
        if "Requests" in kind:
            in_flight = kind["Requests"]["in_flight"]
            await ask(endpoint, payload, host, in_flight, nanos)
        else:
            await receive(endpoint, payload, host)


asyncio.run(main(json.loads(os.environ["LAHJA_BENCH_JOB"])))
