import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync, chmodSync, existsSync, statSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import {
  Endpoint,
  LahjaError,
  requestType,
  type EndpointOptions,
  type ErrorCode,
  type SendOptions,
} from "../src/index.js";
import {
  AnswerSchema,
  AskSchema,
  FailSchema,
  HangSchema,
  NoteSchema,
  ScalarsSchema,
  Desk,
} from "./gen/conformance_pb.js";
import {
  BulkSchema,
  GetSumSchema,
  GetSum_SumSchema,
  GetTickSchema,
  ImpostorSchema,
  OtherSchema,
  TickSchema,
} from "./gen/kinds_pb.js";
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { GetHistorySchema, Room } from "./gen/chat_pb.js";
import { LONG, World, collectGarbage, eventually, folder } from "./support/endpoints.js";
import { noteOfBytes } from "./support/variants.js";

const Ask = requestType(AskSchema, AnswerSchema);
const Fail = requestType(FailSchema, AnswerSchema);
const Hang = requestType(HangSchema, AnswerSchema);

const timeout = LONG;

/** Whether there was room. */
function delivers(broadcast: () => { count: number }): boolean {
  try {
    return broadcast().count > 0;
  } catch (error) {
    assert(error instanceof LahjaError && (error.code === "stalled" || error.code === "full"), String(error));
    return false;
  }
}

function code(expected: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof LahjaError, String(error));
    assert.equal(error.code, expected, error.message);
    return true;
  };
}

test(
  "an event reaches every subscriber, its sender's own too, with its origin and headers",
  { timeout },
  async (t) => {
    const world = new World(t);
    const { alice, bob } = await world.pair();
    const carol = await world.serve("carol");
    await carol.connectTo("alice");
    const heard = [alice, bob, carol].map((endpoint) => endpoint.waitFor(NoteSchema));
    await alice.waitUntilAllEndpointsSubscribedTo(NoteSchema);
    const sent = await alice.broadcast(
      NoteSchema,
      { number: 2n ** 60n, text: "hi" },
      { headers: { traceparent: "00" } },
    );
    assert.deepEqual(sent, { count: 3, undelivered: [] });
    for (const { event, origin, headers, missed } of await Promise.all(heard)) {
      assert.equal(event.number, 2n ** 60n);
      assert.deepEqual(
        [event.text, origin, { ...headers }, missed],
        ["hi", "alice", { traceparent: "00" }, 0],
      );
    }
  },
);

test("events keep their order over thousands, in handlers and streams", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  const total = 20_000;
  const handled: bigint[] = [];
  bob.subscribe(TickSchema, ({ event }) => void handled.push(event.number));
  const stream = bob.stream(TickSchema, { limit: total });
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  const sending = (async () => {
    for (let number = 0n; number < total; number++) await alice.broadcast(TickSchema, { number });
  })();
  let next = 0n;
  for await (const { event, missed } of stream) {
    assert.equal(event.number, next);
    assert.equal(missed, 0);
    next += 1n;
  }
  await sending;
  await eventually(() => handled.length === total);
  assert(handled.every((number, index) => number === BigInt(index)));
});

test("a request is answered by its type, here and elsewhere", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  bob.respond(Ask, async ({ event, origin }) => ({ by: origin, text: event.text }));
  alice.respond(requestType(GetSumSchema, GetSum_SumSchema), ({ event }) => ({
    value: BigInt(event.a + event.b),
  }));
  bob.respond(Desk.method.touch, () => ({}));
  await alice.waitUntilEndpointSubscribedTo("bob", Desk.method.touch);
  const answer = await alice.request(Ask, { text: "?" });
  assert.deepEqual([answer.by, answer.text], ["alice", "?"]);
  const sum = await alice.request(requestType(GetSumSchema, GetSum_SumSchema), { a: 2, b: -5 });
  assert.equal(sum.value, -3n);
  assert.equal((await alice.request(Desk.method.touch, {})).$typeName, "google.protobuf.Empty");
});

test("many requests at once each get their own answer", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ handlers: 3 });
  let running = 0;
  let most = 0;
  bob.respond(Ask, async ({ event }) => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return { text: event.text };
  });
  const texts = Array.from({ length: 500 }, (_, i) => String(i));
  const answers = await Promise.all(
    texts.map((text) => alice.request(Ask, { text }, { waitForSubscriber: true })),
  );
  assert.deepEqual(answers.map(({ text }) => text), texts);
  assert.equal(most, 3);
});

test("every way in which a request fails has its code", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  await assert.rejects(alice.request(Ask, {}), code("no_subscribers"));
  await assert.rejects(
    alice.request(Ask, {}, { waitForSubscriber: true, timeout: 20 }),
    code("no_subscribers"),
  );
  bob.respond(Fail, ({ event }) => {
    throw new Error(event.text);
  });
  const held: unknown[] = [];
  bob.subscribe(HangSchema, (received) => void held.push(received));
  bob.subscribe(Ask, (received) => received.fail("no time"));
  await alice.waitUntilEndpointSubscribedTo("bob", AskSchema);
  await assert.rejects(
    alice.request(Fail, { text: "broken" }),
    (error: Error) => code("handler_failed")(error) && /broken/.test(error.message),
  );
  await assert.rejects(alice.request(Ask, {}), /no time/);
  await assert.rejects(alice.request(Hang, {}, { timeout: 30 }), code("deadline_exceeded"));
  await assert.rejects(alice.request(Hang, {}, { signal: AbortSignal.abort(new Error("mine")) }), /mine/);
  const controller = new AbortController();
  const aborted = alice.request(Hang, {}, { signal: controller.signal });
  controller.abort(new Error("later"));
  await assert.rejects(aborted, /later/);
  await assert.rejects(alice.request(Hang, {}, { to: "nobody" }), code("no_subscribers"));
  const hanging = alice.request(Hang, {});
  await eventually(() => held.length >= 2);
  await Promise.all([assert.rejects(hanging, code("shutting_down")), bob.stop()]);
});

test("requests that nobody waits for any more make room once they are handled", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ window: 500, handlers: 1 });
  let aborted = 0;
  bob.respond(Ask, ({ event, signal }) => {
    if (event.text === "last") return { text: "done" };
    return new Promise((resolve) =>
      signal.addEventListener("abort", () => ((aborted += 1), resolve({ text: "late" }))),
    );
  });
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  for (let i = 0; i < 20; i++)
    await assert.rejects(alice.request(Ask, {}, { timeout: 5 }), code("deadline_exceeded"));
  assert.equal((await alice.request(Ask, { text: "last" })).text, "done");
  assert(aborted > 0);
});

test("a request that is let go of is answered with a failure", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  const requests = bob.stream(Ask);
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  const first = assert.rejects(alice.request(Ask, {}), code("unanswered"));
  const second = assert.rejects(alice.request(Ask, {}), code("unanswered"));
  (await requests.next()).value!.drop();
  await requests.return();
  await Promise.all([first, second]);
});

test("a request that nothing refers to any more is answered with a failure", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  bob.subscribe(Ask, () => {});
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  const collecting = setInterval(collectGarbage, 20);
  t.after(() => clearInterval(collecting));
  await assert.rejects(alice.request(Ask, {}), code("unanswered"));
});

test("stopping ends what waits, and strangers who have not said hello", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  const stranger = connect(`${world.directory}/alice.ipc`);
  await once(stranger, "connect");
  const waiting = [
    assert.rejects(alice.connectTo("nobody"), code("stopped")),
    assert.rejects(alice.waitUntilConnectedTo("nobody"), code("stopped")),
    assert.rejects(alice.waitFor(TickSchema), code("stopped")),
    once(stranger, "close"),
  ];
  stranger.resume();
  assert.equal((await alice.stream(TickSchema, { limit: 0 }).next()).done, true);
  await alice.stop();
  await Promise.all(waiting);
});

test("an answer of another type is unexpected", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  // bob was built from another version of the .proto file.
  bob.respond({ input: GetHistorySchema, output: NoteSchema }, () => ({ text: "?" }));
  await alice.waitUntilEndpointSubscribedTo("bob", GetHistorySchema);
  await assert.rejects(alice.request(Room.method.getHistory, {}), (error: Error) =>
    code("unexpected_response")(error) && /with lahja.conformance.v1.Note|not known/.test(error.message));
});

test("an event that does not decode costs itself alone, and counts as missed", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  const stream = bob.stream(NoteSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", NoteSchema);
  const Other = noteOfBytes();
  await alice.broadcast(Other, { text: Uint8Array.of(0xff) } as MessageInitShape<typeof Other>);
  await alice.broadcast(Other, { text: Buffer.from("good") } as MessageInitShape<typeof Other>);
  const { event, missed } = (await stream.next()).value!;
  assert.deepEqual([event.text, missed], ["good", 1]);
});

test("a request that does not decode fails, and the connection goes on", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  bob.respond({ input: NoteSchema, output: AnswerSchema }, () => ({ text: "yes" }));
  await alice.waitUntilEndpointSubscribedTo("bob", NoteSchema);
  const Other = { input: noteOfBytes(), output: AnswerSchema };
  const ask = (text: Uint8Array) => alice.request(Other, { text } as MessageInitShape<DescMessage>);
  await assert.rejects(ask(Uint8Array.of(0xff)), code("decode_failed"));
  assert.equal((await ask(Buffer.from("good"))).text, "yes");
});

test("a stream that is left unsubscribes, and what it held makes room", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ window: 2000 });
  const stream = bob.stream(TickSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  const sending = (async () => {
    for (let number = 0n; number < 1000n; number++) await alice.broadcast(TickSchema, { number });
  })();
  for await (const { event } of stream) if (event.number === 3n) break;
  await sending;
  await eventually(() => !alice.isEndpointSubscribedTo("bob", TickSchema));
  assert.deepEqual(await alice.broadcast(TickSchema, {}), { count: 0, undelivered: [] });
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test("a slow handler slows its senders, and no other type", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ window: 1000 }, { broadcastTimeout: 50 });
  let release = () => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const heard: [bigint, number][] = [];
  bob.subscribe(TickSchema, ({ event, missed }) => {
    heard.push([event.number, missed]);
    return blocked;
  });
  bob.respond(Ask, ({ event }) => ({ text: event.text }));
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  let sent = 0n;
  await assert.rejects(async () => {
    for (; sent < 1000n; sent++) await alice.broadcast(TickSchema, { number: sent });
  }, code("stalled"));
  assert(sent > 5n && sent < 30n, `${sent} events fit`);
  await assert.rejects(alice.broadcast(TickSchema, { number: 999n }), code("stalled"));
  assert.throws(() => alice.broadcastNowait(TickSchema, { number: 999n }), code("stalled"));
  assert.equal((await alice.request(Ask, { text: "still here" })).text, "still here");
  release();
  await eventually(() => heard.length === Number(sent));
  await eventually(() => delivers(() => alice.broadcastNowait(TickSchema, { number: sent })));
  await eventually(() => heard.length === Number(sent) + 1);
  assert(heard.at(-1)![1] >= 3, "it tells how many were given up on");
});

test("without room broadcastNowait sends to nobody", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ window: 100 });
  const stream = bob.stream(TickSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  assert.equal(alice.broadcastNowait(TickSchema, { number: 1n }).count, 1);
  assert.equal(alice.broadcastNowait(TickSchema, { number: 2n }).count, 1);
  assert.throws(() => alice.broadcastNowait(TickSchema, { number: 3n }), code("full"));
  await stream.next();
  await stream.next();
  await eventually(() => delivers(() => alice.broadcastNowait(TickSchema, { number: 4n })));
  assert.equal((await stream.next()).value?.event.number, 4n);
});

test("large events go through, and too large ones are an error of the sender's", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ maxFrameLen: 1024 * 1024, window: 4 * 1024 * 1024 });
  const stream = bob.stream(BulkSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", BulkSchema);
  const data = new Uint8Array(1024 * 1024 - 50).map((_, i) => i % 251);
  await alice.broadcast(BulkSchema, { data });
  await assert.rejects(alice.broadcast(BulkSchema, { data: new Uint8Array(1024 * 1024) }), code("too_large"));
  await alice.broadcast(BulkSchema, { data: Uint8Array.of(7) });
  assert.deepEqual(Buffer.compare((await stream.next()).value!.event.data, data), 0);
  assert.deepEqual((await stream.next()).value!.event.data, Uint8Array.of(7));
});

test("events, requests and answers above a size are compressed", { timeout }, async (t) => {
  const { alice, bob } = await new World(t, { compressAbove: 100 }).pair();
  bob.respond(Ask, ({ event }) => ({ text: event.text + event.text }));
  const stream = bob.stream(NoteSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", NoteSchema);
  for (const length of [10, 100_000]) {
    const text = "ab".repeat(length);
    await alice.broadcast(NoteSchema, { text });
    assert.equal((await stream.next()).value!.event.text, text);
    assert.equal((await alice.request(Ask, { text })).text, text + text);
  }
});

test("to and internal choose who gets an event", { timeout }, async (t) => {
  const world = new World(t);
  const { alice, bob } = await world.pair();
  const carol = await world.serve("carol");
  await carol.connectTo("alice");
  const counts = { alice: 0, bob: 0, carol: 0 };
  for (const endpoint of [alice, bob, carol]) {
    endpoint.subscribe(TickSchema, () => void (counts[endpoint.name as keyof typeof counts] += 1));
  }
  await alice.waitUntilAllEndpointsSubscribedTo(TickSchema);
  assert.equal((await alice.broadcast(TickSchema, {}, { to: "bob" })).count, 1);
  assert.equal((await alice.broadcast(TickSchema, {}, { internal: true })).count, 1);
  await eventually(() => counts.bob === 1 && counts.alice === 1);
  assert.equal(counts.carol, 0);
  await assert.rejects(alice.broadcast(NoteSchema, {}, { requireSubscriber: true }), code("no_subscribers"));
});

test(
  "connecting waits for an endpoint that comes later, and gives up at the deadline",
  { timeout },
  async (t) => {
    const world = new World(t);
    const alice = await world.serve("alice");
    const connecting = alice.connectTo("bob");
    await assert.rejects(alice.connectTo("bob"), code("rejected"));
    await world.serve("bob");
    await connecting;
    assert(alice.isConnectedTo("bob"));
    await assert.rejects(alice.connectTo("nobody", { timeout: 60 }), code("deadline_exceeded"));
    await assert.rejects(alice.connectTo("nobody", { signal: AbortSignal.timeout(20) }), {
      name: "TimeoutError",
    });
    await assert.rejects(alice.connectTo("alice"), code("rejected"));
    await assert.rejects(alice.connectTo("../bob"), code("invalid_name"));
  },
);

test(
  "two that connect to each other at once get one connection, again and again",
  { timeout: 2 * LONG },
  async (t) => {
    const world = new World(t);
    for (let round = 0; round < 30; round++) {
      const [alice, bob] = await Promise.all([world.serve("alice"), world.serve("bob")]);
      bob.respond(Ask, () => ({ text: "yes" }));
      await Promise.all([alice.connectTo("bob"), bob.connectTo("alice")]);
      await alice.waitUntilEndpointSubscribedTo("bob", Ask);
      assert.equal((await alice.request(Ask, {})).text, "yes");
      assert.deepEqual([alice.connections().length, bob.connections().length], [1, 1]);
      await Promise.all([alice.stop(), bob.stop()]);
    }
  },
);

test("one that disconnects can connect again", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  assert.deepEqual(await alice.disconnectFrom("bob"), { unconfirmed: [] });
  await bob.waitUntilDisconnectedFrom("alice");
  await assert.rejects(alice.disconnectFrom("bob"), code("not_connected"));
  await alice.connectTo("bob");
  assert.deepEqual(alice.connections(), [{ name: "bob", subscriptions: [] }]);
});

test("stopping loses nothing that was sent, and names who did not take it", { timeout }, async (t) => {
  const world = new World(t, { drainTimeout: 200 });
  const { alice, bob } = await world.pair();
  const heard: bigint[] = [];
  bob.subscribe(TickSchema, ({ event }) => void heard.push(event.number));
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  for (let number = 0n; number < 500n; number++) await alice.broadcast(TickSchema, { number });
  assert.deepEqual(await alice.stop(), { unconfirmed: [] });
  assert.equal(heard.length, 500);
  await assert.rejects(alice.broadcast(TickSchema, {}), code("stopped"));

  const carol = await world.serve("carol");
  const lazy = bob.stream(NoteSchema);
  await carol.connectTo("bob");
  await carol.waitUntilEndpointSubscribedTo("bob", NoteSchema);
  for (let i = 0; i < 3; i++) await carol.broadcast(NoteSchema, {});
  assert.deepEqual(await carol.stop(), { unconfirmed: [{ endpoint: "bob", events: 3 }] });
  await bob.stop();
  for (let i = 0; i < 3; i++)
    assert.equal((await lazy.next()).done, false, "what arrived is still to be had");
  assert.equal((await lazy.next()).done, true);
});

test("await using stops an endpoint", { timeout }, async (t) => {
  const directory = folder(t);
  let name: string;
  {
    await using alice = await Endpoint.serve("alice", { directory });
    name = alice.name;
    assert(existsSync(`${directory}/alice.ipc`));
  }
  assert(!existsSync(`${directory}/${name}.ipc`));
  await using again = await Endpoint.start("alice", { directory });
  assert.equal(again.name, "alice");
});

test("a directory is made with those above it, or the system's refusal told", { timeout }, async (t) => {
  const directory = join(folder(t), "a/b");
  const names = ["alice", "bob", "carol"];
  const endpoints = await Promise.all(names.map((name) => Endpoint.serve(name, { directory })));
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  await Promise.all(endpoints.map((endpoint) => endpoint.stop()));
  await assert.rejects(Endpoint.serve("alice", { directory: "/proc/lahja/a/b" }), code("io"));
});

test("a name that is none is refused", { timeout }, async (t) => {
  const directory = folder(t);
  for (const name of ["", ".a", "-a", "a b", "a/b", "ä", "a".repeat(65), undefined as never]) {
    await assert.rejects(Endpoint.serve(name, { directory }), code("invalid_name"));
  }
  const alice = await new World(t).serve("alice");
  await assert.rejects(async () => alice.connectTo(["bob", undefined as never]), code("invalid_name"));
});

test("a name has one live owner, and its socket mode 0600", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  assert.equal(statSync(`${world.directory}/alice.ipc`).mode & 0o777, 0o600);
  await assert.rejects(world.serve("alice"), code("name_taken"));
  await assert.rejects(Endpoint.start("alice", { directory: world.directory }), code("name_taken"));
  await alice.stop();
  await world.serve("alice");
});

test("a directory that others can tamper with is refused, by those who dial too", { timeout }, async (t) => {
  const directory = folder(t);
  const open = `${directory}/open`;
  mkdirSync(open);
  chmodSync(open, 0o777);
  await assert.rejects(Endpoint.serve("a", { directory: open }), code("insecure_directory"));
  symlinkSync(directory, `${directory}/link`);
  await assert.rejects(Endpoint.serve("a", { directory: `${directory}/link` }), code("insecure_directory"));
  writeFileSync(`${directory}/file`, "");
  await assert.rejects(Endpoint.serve("a", { directory: `${directory}/file` }), code("insecure_directory"));
  await assert.rejects(Endpoint.serve("a", { directory: `${directory}/file/below` }), code("io"));
  await assert.rejects(
    Endpoint.serve("a", { directory: `${directory}/${"long".repeat(30)}` }),
    code("path_too_long"),
  );
  const alice = await Endpoint.start("alice", { directory });
  await assert.rejects(alice.connectTo("bob", { directory: open }), code("insecure_directory"));
  await alice.stop();
});

test("mistakes in declarations and options say what to do", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  assert.throws(() => requestType(AskSchema, NoteSchema), code("invalid_request_type"));
  assert.throws(() => requestType(NoteSchema, AnswerSchema), code("invalid_request_type"));
  assert.throws(
    () => alice.respond({ input: AskSchema, output: NoteSchema }, () => ({})),
    code("invalid_request_type"),
  );
  assert.doesNotThrow(() => requestType(GetTickSchema, TickSchema));
  alice.stream(ImpostorSchema);
  await assert.rejects(alice.broadcast(OtherSchema, {}), code("type_id_collision"));
  await assert.rejects(
    Endpoint.serve("b", { directory: world.directory, window: 0 }),
    code("invalid_option"),
  );
  const misspelt = { directory: world.directory, drainTimeOut: 100 };
  await assert.rejects(Endpoint.serve("b", misspelt as EndpointOptions), code("invalid_option"));
  await assert.rejects(
    Endpoint.serve("b", { directory: world.directory, maxFrameLen: 100 }),
    code("invalid_option"),
  );
  alice.stream(ScalarsSchema);
  await assert.rejects(alice.broadcast(ScalarsSchema, { uint32: -1 }), /uint32/);
});

test("a signal ends a stream and a wait with its reason", { timeout }, async (t) => {
  const alice = await new World(t).serve("alice");
  const controller = new AbortController();
  const stream = alice.stream(TickSchema, { signal: controller.signal });
  const next = stream.next();
  const waiting = alice.waitFor(TickSchema, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(next, /enough/);
  await assert.rejects(waiting, /enough/);
  await assert.rejects(alice.waitFor(TickSchema, { timeout: 20 }), code("deadline_exceeded"));
  await assert.rejects(alice.waitUntilConnectedTo("bob", { timeout: 20 }), code("deadline_exceeded"));
  await assert.rejects(
    alice.waitUntilEndpointSubscribedTo("bob", TickSchema, { timeout: 20 }),
    /a subscription to kinds\.v1\.Tick at bob: not within 20 ms/,
  );
});

test("a handler that fails is told, and the next event comes all the same", { timeout }, async (t) => {
  const said: unknown[] = [];
  const logger = { warn: () => {}, error: (...what: unknown[]) => void said.push(what) };
  const alice = await new World(t, { logger }).serve("alice");
  const heard: bigint[] = [];
  alice.subscribe(TickSchema, ({ event }) => {
    heard.push(event.number);
    if (event.number === 1n) throw new Error("sync");
    if (event.number === 2n) return Promise.reject(new Error("async"));
    return undefined;
  });
  for (let number = 1n; number <= 3n; number++) await alice.broadcast(TickSchema, { number });
  await eventually(() => heard.length === 3);
  assert.equal(said.length, 2);
});

test("a flood of failures is not a flood of lines", { timeout }, async (t) => {
  const said: string[] = [];
  const logger = { warn: () => {}, error: (line: string) => void said.push(line) };
  const alice = await new World(t, { logger }).serve("alice");
  let handled = 0;
  alice.subscribe(TickSchema, () => {
    handled += 1;
    throw new Error("again");
  });
  for (let i = 0; i < 100; i++) await alice.broadcast(TickSchema, {});
  await eventually(() => handled === 100);
  assert.equal(said.length, 10);
});

test("an event that is broadcast once a subscription was confirmed arrives", { timeout }, async (t) => {
  const world = new World(t);
  const { alice, bob } = await world.pair();
  const carol = await world.serve("carol");
  await bob.waitUntilSubscriptionsConfirmed();
  await carol.connectTo("bob");
  for (let round = 0; round < 50; round++) {
    const stream = bob.stream(TickSchema, { limit: 2 });
    await bob.waitUntilSubscriptionsConfirmed();
    assert.equal((await alice.broadcast(TickSchema, {})).count, 1);
    assert.equal((await carol.broadcast(TickSchema, {})).count, 1);
    for await (const { origin } of stream) assert.match(origin, /alice|carol/);
    await bob.waitUntilSubscriptionsConfirmed();
    assert.equal((await alice.broadcast(TickSchema, {})).count, 0);
  }
});

test("a signal that is aborted as a subscriber comes ends what waited for that", { timeout }, async (t) => {
  const alice = await new World(t).serve("alice");
  for (const begin of [
    (options: SendOptions) => alice.request(Hang, {}, options),
    (options: SendOptions) => alice.broadcast(HangSchema, {}, options),
  ]) {
    const controller = new AbortController();
    const ended = assert.rejects(begin({ waitForSubscriber: true, signal: controller.signal }), /enough/);
    const unsubscribe = alice.subscribe(Hang, () => {});
    controller.abort(new Error("enough"));
    await ended;
    unsubscribe();
  }
});

test("after unsubscribing no handler is called", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  let heard = 0;
  const unsubscribe = bob.subscribe(TickSchema, async () => void (heard += 1));
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  const other = bob.stream(TickSchema);
  for (let i = 0; i < 100; i++) await alice.broadcast(TickSchema, {});
  await other.next();
  unsubscribe();
  const before = heard;
  for (let i = 1; i < 100; i++) await other.next();
  assert.equal(heard, before);
});
