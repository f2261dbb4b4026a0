import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { TooLargeError, requestType } from "../src/index.js";
import { AnswerSchema, AskSchema, NoteSchema } from "./gen/conformance_pb.js";
import { Goodbye_Reason, type Frame } from "../src/gen/lahja_wire_pb.js";
import { FrameReader, appendFrame, type FrameBody } from "../src/wire/frames.js";
import { ByteWriter } from "../src/wire/writer.js";
import { LONG, World, eventually } from "./support/endpoints.js";

const timeout = LONG;
const Ask = requestType(AskSchema, AnswerSchema);
const KIB = 1024;

function bytesOf(...bodies: FrameBody[]): Buffer {
  const writer = new ByteWriter();
  for (const body of bodies) appendFrame(writer, body);
  return writer.take();
}

for (const compressAbove of [undefined, 100]) {
  const how = compressAbove === undefined ? "plain" : "compressed";

  test(
    `a ${how} event that is too large uncompressed for one receiver goes to nobody`,
    { timeout },
    async (t) => {
      const world = new World(t, compressAbove === undefined ? {} : { compressAbove });
      const { alice, bob } = await world.pair({ maxFrameLen: 64 * KIB });
      const carol = await world.serve("carol");
      await alice.connectTo("carol");
      const heard: string[] = [];
      for (const endpoint of [carol, bob])
        endpoint.subscribe(NoteSchema, ({ event }) => void heard.push(event.text.slice(0, 10)));
      for (const endpoint of [carol, bob])
        endpoint.respond(Ask, ({ event }) => ({ text: event.text.repeat(70_000) }));
      await alice.waitUntilAllEndpointsSubscribedTo(Ask);
      const text = "x".repeat(70_000);
      const error = (error: unknown) =>
        error instanceof TooLargeError && error.endpoint === "bob" && error.length > 70_000;
      await assert.rejects(alice.broadcast(NoteSchema, { text }), error);
      await assert.rejects(alice.broadcast(NoteSchema, { text }, { headers: { a: "b" } }), error);
      assert.throws(() => alice.broadcastNowait(NoteSchema, { text }), error);
      await assert.rejects(alice.request(Ask, { text }), error);
      await assert.rejects(alice.broadcast(NoteSchema, {}, { headers: { a: "b".repeat(70_000) } }), error);
      await alice.broadcast(NoteSchema, { text: "the end" });
      await eventually(() => heard.length >= 2);
      assert.deepEqual(heard, ["the end", "the end"]);

      alice.respond(Ask, ({ event }) => ({ text: event.text.repeat(70_000) }));
      await bob.waitUntilEndpointSubscribedTo("alice", Ask);
      await assert.rejects(
        bob.request(Ask, { text: "y" }, { to: "alice" }),
        /the answer takes 70\d+ bytes, 65536 are allowed/,
      );
      assert.equal((await alice.request(Ask, { text: "y" }, { to: "carol" })).text.length, 70_000);
    },
  );
}

/** What an endpoint answers these bytes with. */
async function answersTo(directory: string, bytes: Buffer): Promise<Frame[]> {
  const socket = connect(join(directory, "bob.ipc")).on("error", () => {});
  socket.write(bytes);
  const reader = new FrameReader(64 * KIB);
  socket.on("data", (chunk: Buffer) => reader.push(chunk)).on("end", () => socket.end());
  await once(socket, "close");
  const frames: Frame[] = [];
  reader.read({ wantsFrames: true, bareEvent: () => {}, frame: (frame) => void frames.push(frame) });
  return frames;
}

test("what a wrong peer is told, and what is logged of it, is short and plain", { timeout }, async (t) => {
  const logged: string[] = [];
  const logger = { warn: (line: string) => void logged.push(line), error: () => {} };
  const world = new World(t, { logger });
  const bob = await world.serve("bob");
  const name = "\u0001".repeat(60_000);
  const hello: FrameBody =
    { case: "hello", value: { protocolVersion: 1, name: "carol", instance: 7n, maxFrameLen: 64 * KIB } };
  const wrongHello: FrameBody = { case: "hello", value: { protocolVersion: 1, name, instance: 7n } };
  const types: FrameBody = { case: "subscriptions", value: { revision: 1n, added: [{ id: 9n, name }] } };
  const empty: FrameBody = { case: "subscriptions", value: { revision: 1n } };
  const message = "\u001b[2J\n".repeat(9000);
  const goodbye: FrameBody = { case: "goodbye", value: { reason: Goodbye_Reason.UNSPECIFIED, message } };
  for (const bodies of [[wrongHello], [hello, types], [goodbye], [hello, empty, goodbye]]) {
    const before = logged.length;
    const frames = await answersTo(world.directory, bytesOf(...bodies));
    for (const { body } of frames) {
      if (body.case === "goodbye")
        assert(body.value.message.length <= KIB, `${body.value.message.length} characters`);
    }
    await eventually(() => logged.length > before);
    assert(!bob.isConnectedTo("carol"));
  }
  for (const line of logged) {
    assert(line.length <= 7 * KIB, `${line.length} characters`);
    assert.match(line, /^[\x20-\x7e…]*$/);
  }
});
