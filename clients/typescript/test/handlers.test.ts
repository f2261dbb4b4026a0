import assert from "node:assert/strict";
import { test } from "node:test";
import { LahjaError, requestType, type Received } from "../src/index.js";
import { AnswerSchema, AskSchema, FailSchema } from "./gen/conformance_pb.js";
import { TickSchema } from "./gen/kinds_pb.js";
import { LONG, World, collectGarbage, eventually } from "./support/endpoints.js";

const timeout = LONG;
const Ask = requestType(AskSchema, AnswerSchema);
const Fail = requestType(FailSchema, AnswerSchema);

test("who was unsubscribed by the handler before it gets nothing any more", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair({ window: 1000 });
  let late = 0;
  bob.subscribe(TickSchema, () => {
    unsubscribe();
    void stream.return();
  });
  const unsubscribe = bob.subscribe(TickSchema, () => (late += 1));
  const stream = bob.stream(TickSchema);
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  // More than the window: the room that they would have taken is there again.
  for (let number = 0n; number < 100n; number++) await alice.broadcast(TickSchema, { number });
  assert.equal(late, 0);
  assert.equal((await stream.next()).done, true);
});

test(
  "whatever a handler throws its requester gets to know, whatever the logger throws",
  { timeout },
  async (t) => {
    const logger = {
      warn: () => {},
      error: () => {
        throw new Error("the disk is full");
      },
    };
    const { alice, bob } = await new World(t).pair({ logger });
    const failures: (() => never)[] = [
      Object.create(null),
      undefined,
      null,
      Symbol("why"),
      Object.assign(new Error(), { message: 7 }),
      "why".repeat(10_000),
    ].map((thrown) => () => {
      throw thrown;
    });
    const warnings: string[] = [];
    const listener = ({ message }: Error) => warnings.push(message);
    process.on("warning", listener);
    t.after(() => process.off("warning", listener));
    for (const fail of failures) {
      for (const handler of [fail, async () => fail(), () => ({ then: fail }) as unknown as Promise<never>]) {
        const end = bob.respond(Fail, handler);
        await alice.waitUntilEndpointSubscribedTo("bob", Fail);
        await assert.rejects(
          alice.request(Fail, {}),
          (error) => error instanceof LahjaError && error.code === "handler_failed",
        );
        end();
        await eventually(() => !alice.isEndpointSubscribedTo("bob", Fail));
      }
    }
    await eventually(() => warnings.some((warning) => warning.includes("the disk is full")));
  },
);

test("a handler that broadcasts what it handles leaves the event loop its turns", { timeout }, async (t) => {
  const alice = await new World(t).serve("alice");
  let handled = 0;
  const unsubscribe = alice.subscribe(TickSchema, ({ event }) => {
    handled += 1;
    // What would go on for ever fails the test.
    if (handled < 1_000_000) void alice.broadcast(TickSchema, { number: event.number + 1n });
  });
  await alice.broadcast(TickSchema, {});
  await new Promise((resolve) => setImmediate(resolve));
  unsubscribe();
  assert(handled < 1_000_000, `${handled} in one turn`);
});

test("a request has one signal, which its end aborts", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  const requests: Received<typeof AskSchema, typeof AnswerSchema>[] = [];
  bob.subscribe(Ask, (request) => void requests.push(request));
  const controller = new AbortController();
  const asking = alice.request(Ask, {}, { waitForSubscriber: true, signal: controller.signal });
  await eventually(() => requests.length === 1);
  const { signal } = requests[0]!;
  assert.equal(requests[0]!.signal, signal);
  assert.equal(signal.aborted, false);
  controller.abort(new Error("enough"));
  await assert.rejects(asking, /enough/);
  await eventually(() => signal.aborted);
});

test("a handler that returns nothing, or something else, is told so", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  bob.respond(Ask, (() => undefined) as never);
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  await assert.rejects(alice.request(Ask, {}), /a lahja\.conformance\.v1\.Answer is expected, not undefined/);
  bob.subscribe(TickSchema, () => {});
  await alice.waitUntilEndpointSubscribedTo("bob", TickSchema);
  await assert.rejects(
    alice.broadcast(TickSchema, "text" as never),
    /a kinds\.v1\.Tick is expected, not 'text'/,
  );
  await assert.rejects(alice.request(AskSchema as never, {}), /lahja\.conformance\.v1\.Ask .*requestType/);
});

test(
  "a reply that can't be encoded leaves the request to be answered, or dropped",
  { timeout },
  async (t) => {
    const { alice, bob } = await new World(t).pair();
    bob.subscribe(Ask, (request) => {
      assert.throws(() => request.reply(undefined as never), /is expected/);
      if (request.event.text === "again") request.reply({ text: "well then" });
    });
    await alice.waitUntilEndpointSubscribedTo("bob", Ask);
    assert.equal((await alice.request(Ask, { text: "again" })).text, "well then");
    const dropped = assert.rejects(
      alice.request(Ask, {}),
      (error) => error instanceof LahjaError && error.code === "unanswered",
    );
    const collecting = setInterval(collectGarbage, 10);
    await dropped.finally(() => clearInterval(collecting));
  },
);

test("a handler may stop its endpoint", { timeout }, async (t) => {
  const { alice, bob } = await new World(t).pair();
  let stopping: Promise<unknown> | undefined;
  bob.respond(Ask, () => {
    stopping = bob.stop();
    return { text: "the last one" };
  });
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  assert.equal((await alice.request(Ask, {})).text, "the last one");
  assert.deepEqual(await stopping, { unconfirmed: [] });
  await alice.waitUntilDisconnectedFrom("bob");
});

test("a handler that is none is refused where it is given", { timeout }, async (t) => {
  const { bob } = await new World(t).pair();
  const none = undefined as unknown as () => void;
  assert.throws(() => bob.subscribe(TickSchema, none), { code: "invalid_option", message: /^handler: a function/ });
});
