import assert from "node:assert/strict";
import { test } from "node:test";
import { requestType, type Received } from "../src/index.js";
import { AnswerSchema, AskSchema } from "./gen/conformance_pb.js";
import { TickSchema } from "./gen/kinds_pb.js";
import { LONG, World, eventually } from "./support/endpoints.js";

const timeout = LONG;
const Ask = requestType(AskSchema, AnswerSchema);

test("a peer that left is waited for while a handler of its request still runs", { timeout }, async (t) => {
  const world = new World(t);
  const { alice, bob } = await world.pair({ drainTimeout: 100 });
  let finish = () => {};
  alice.respond(Ask, async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    return {};
  });
  const asking = bob.request(Ask, {}, { waitForSubscriber: true, timeout: 50 });
  await assert.rejects(asking, /not within/);
  const stopping = bob.stop();
  await alice.waitUntilDisconnectedFrom("bob");
  const connecting = alice.connectTo("bob");
  await assert.rejects(alice.connectTo("bob"), /connected to it already/);
  await stopping;
  const again = await world.serve("bob");
  await connecting;
  // The old link goes now, and takes nothing of the new one along.
  finish();
  const ticks = again.waitFor(TickSchema);
  await alice.broadcast(TickSchema, {}, { waitForSubscriber: true });
  await ticks;
  await assert.rejects(alice.connectTo("bob"), /connected to it already/);
});

test("a peer that left is admitted again while its events are not taken yet", { timeout }, async (t) => {
  const world = new World(t);
  const { alice, bob } = await world.pair({}, { drainTimeout: 100 });
  const unread = bob.stream(TickSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  await alice.broadcast(TickSchema, { number: 1n });
  const stopping = alice.stop();
  await bob.waitUntilDisconnectedFrom("alice");
  await stopping;

  const again = await world.serve("alice");
  await again.connectTo("bob", { timeout: 2000 });
  await again.broadcast(TickSchema, { number: 2n }, { waitForSubscriber: true });
  for (const number of [1n, 2n]) assert.equal((await unread.next()).value!.event.number, number);
});

test("a loop that reconnects without a pause is never refused", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  const held: Received<typeof AskSchema, typeof AnswerSchema>[] = [];
  alice.subscribe(Ask, (request) => void held.push(request));
  const ended = new AbortController();
  let connected = 0;
  const loop = (async () => {
    for (;;) {
      await alice.connectTo("bob", { signal: ended.signal });
      connected += 1;
      await alice.waitUntilDisconnectedFrom("bob", { signal: ended.signal });
    }
  })();
  for (let round = 1; round <= 5; round++) {
    const bob = await world.serve("bob", { drainTimeout: 100 });
    await eventually(() => connected === round);
    const asking = bob.request(Ask, {}, { waitForSubscriber: true });
    await eventually(() => held.length === round);
    await Promise.all([assert.rejects(asking), bob.stop()]);
  }
  ended.abort(new Error("enough"));
  await assert.rejects(loop, /enough/);
});
