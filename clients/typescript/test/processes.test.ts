import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { LahjaError, requestType } from "../src/index.js";
import { AnswerSchema, AskSchema, HangSchema } from "./gen/conformance_pb.js";
import { TickSchema } from "./gen/kinds_pb.js";
import { LONG, World } from "./support/endpoints.js";

const timeout = LONG;
const Ask = requestType(AskSchema, AnswerSchema);
const Hang = requestType(HangSchema, AnswerSchema);

/** Another process with an endpoint. */
class Peer {
  private readonly lines: AsyncIterator<string>;
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(readonly process: ChildProcess) {
    this.lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => process.on("exit", (code, signal) => resolve(code ?? signal!)));
  }

  static start(t: TestContext, ...args: string[]): Peer {
    const program = fileURLToPath(new URL("support/peer.js", import.meta.url));
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    return new Peer(child);
  }

  async says(line: string): Promise<void> {
    assert.equal((await this.lines.next()).value, line);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.process.kill(signal);
    await this.ended;
  }
}

test("a request to a process that is killed fails at once", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  const bob = Peer.start(t, world.directory, "bob", "serve");
  await alice.connectTo("bob");
  await alice.waitUntilEndpointSubscribedTo("bob", Hang);
  const failing = assert.rejects(
    alice.request(Hang, {}),
    (error) => error instanceof LahjaError && error.code === "disconnected",
  );
  await bob.says("ready");
  await bob.says("holding");
  const begun = performance.now();
  await bob.kill();
  await failing;
  assert(performance.now() - begun < 5000, "long before its deadline");
  await alice.waitUntilDisconnectedFrom("bob");
});

test(
  "a restarted process takes over its socket, and is connected to under its name again",
  { timeout: 2 * LONG },
  async (t) => {
    const world = new World(t);
    const alice = await world.serve("alice");
    for (let round = 0; round < 3; round++) {
      const bob = Peer.start(t, world.directory, "bob", "connect", "alice");
      await bob.says("ready");
      await alice.waitUntilEndpointSubscribedTo("bob", Ask);
      assert.equal((await alice.request(Ask, { text: "?" })).by, String(bob.process.pid));
      await bob.kill();
      assert(existsSync(`${world.directory}/bob.ipc`), "a crash leaves its socket");
    }
  },
);

test("a process that stops in order leaves no socket", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  const bob = Peer.start(t, world.directory, "bob", "serve");
  await alice.connectTo("bob");
  await bob.says("ready");
  await bob.kill("SIGTERM");
  assert.equal(await bob.ended, 0);
  assert(!existsSync(`${world.directory}/bob.ipc`));
});

test("of many that start at once under one name one wins", { timeout: 2 * LONG }, async (t) => {
  const world = new World(t);
  const peers = Array.from({ length: 5 }, () => Peer.start(t, world.directory, "bob", "serve"));
  const losers = new Set(peers);
  for (let i = 0; i < 4; i++) {
    const [code, loser] = await Promise.race(
      [...losers].map(async (peer) => [await peer.ended, peer] as const),
    );
    assert.equal(code, 3);
    await loser.says("name_taken");
    losers.delete(loser);
  }
  const [winner] = losers;
  await winner!.says("ready");
  const alice = await world.serve("alice");
  await alice.connectTo("bob");
  await alice.waitUntilEndpointSubscribedTo("bob", Ask);
  assert.equal((await alice.request(Ask, {})).by, String(winner!.process.pid));
});

test("what a killed sender sent is whole and in order", { timeout }, async (t) => {
  const world = new World(t);
  const alice = await world.serve("alice");
  const heard: bigint[] = [];
  const plenty = new Promise<void>((resolve) => {
    alice.subscribe(TickSchema, ({ event }) => {
      heard.push(event.number);
      if (heard.length === 20_000) resolve();
    });
  });
  const bob = Peer.start(t, world.directory, "bob", "flood");
  await alice.connectTo("bob");
  await plenty;
  await bob.kill();
  await alice.waitUntilDisconnectedFrom("bob");
  assert(heard.every((number, index) => number === BigInt(index)));
});
