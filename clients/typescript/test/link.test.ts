import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure_Code, Goodbye_Reason } from "../src/gen/lahja_wire_pb.js";
import { Meeting } from "../src/link/meeting.js";
import { PREFIX_LEN, cost } from "../src/wire/limits.js";
import { appendFrame } from "../src/wire/frames.js";
import { ByteWriter } from "../src/wire/writer.js";
import { BareFrame, encodeEvent, type Outgoing } from "../src/link/outgoing.js";
import { Side, caseOf, connected, event, settle, subscribed, tick } from "./support/links.js";

const ack = (revision: bigint) => ({ case: "subscriptionsAck", value: { revision } }) as const;
const broadcast = (value: object) => ({ case: "broadcast", value: { typeId: tick.id, ...value } }) as const;

function costOf(payload: number): number {
  return connected([]).a.link.sender.encode(event(payload), 0).length - PREFIX_LEN + cost(0);
}

function goodbye(side: Side): string | undefined {
  const frame = side.says().find((frame) => frame.body.case === "goodbye");
  return frame?.body.case === "goodbye" ? Goodbye_Reason[frame.body.value.reason] : undefined;
}

test("a link opens with its whole set, and acknowledges the peer's", () => {
  const a = new Side("b");
  a.link.open(Array.from({ length: 450 }, (_, i) => subscribed(1, `t.T${i}`, BigInt(i + 1))));
  const said = a
    .says()
    .map(({ body }) =>
      body.case === "subscriptions" ? [body.value.added.length, body.value.more] : body.case,
    );
  assert.deepEqual(said, [[200, true], [200, true], [50, false]]);
  a.hearsFrames({ case: "subscriptions", value: { revision: 1n, more: true } });
  assert.deepEqual([a.link.isReady, a.says().length], [false, 0]);
  a.hearsFrames({ case: "subscriptions", value: { revision: 1n } });
  assert.deepEqual([a.link.isReady, a.says().map(caseOf)], [true, ["subscriptionsAck"]]);
});

test("the window is spent, overdrawn once, and opened by what the consumer took", () => {
  const each = costOf(10);
  const { a, b } = connected([subscribed(2 * each + 1)]);
  const attempts = Array.from({ length: 4 }, () => a.link.sender.send(a.interest, event(10)));
  assert.deepEqual(attempts, ["sent", "sent", "sent", "no_room"]);
  settle(a, b);
  assert.equal(b.arrivals.length, 3);
  assert.equal(a.link.unconfirmed, 3);
  b.take();
  assert.equal(b.says().length, 0, "less than half of the window is owed");
  b.take();
  const grants = b.says().flatMap(({ body }) => (body.case === "credit" ? body.value.grants : []));
  assert.deepEqual(grants.map(({ bytes }) => bytes), [BigInt(2 * each)]);
  b.take();
  assert.equal(b.says().length, 0, "the last waits for a pause");
  b.link.handlePause();
  assert.deepEqual(b.says().map(caseOf), ["credit"]);
});

test("an event that waits goes out when credit comes, before newcomers", () => {
  const { a, b } = connected([subscribed(1)]);
  a.link.sender.send(a.interest, event());
  const done: string[] = [];
  a.link.sender.wait(a.interest, event(), (sent) => done.push(`first ${sent}`));
  const giveUp = a.link.sender.wait(a.interest, event(), (sent) => done.push(`second ${sent}`));
  a.link.sender.wait(a.interest, event(), (sent) => done.push(`third ${sent}`));
  settle(a, b);
  b.take();
  settle(a, b);
  assert.deepEqual(done, ["first true"]);
  assert(giveUp() && !giveUp());
  b.take();
  settle(a, b);
  assert.deepEqual(done, ["first true", "third true"]);
  assert.deepEqual(b.arrivals.map(({ missed }) => missed), [1], "the one behind it tells");
});

test("a stalled receiver is skipped until it makes room, and told how much it missed", () => {
  const { a, b } = connected([subscribed(1)]);
  a.link.sender.send(a.interest, event());
  assert(a.link.sender.stall(a.interest));
  assert(!a.link.sender.stall(a.interest), "one warning for one stall");
  assert.equal(a.link.sender.send(a.interest, event()), "stalled");
  assert.equal(a.link.sender.send(a.interest, event()), "stalled");
  settle(a, b);
  b.take();
  settle(a, b);
  assert.equal(a.link.sender.send(a.interest, event()), "sent");
  settle(a, b);
  assert.deepEqual(b.arrivals.map(({ missed }) => missed), [2]);
});

test("events wait while too much is unwritten, each type getting its turn; control does not", () => {
  const { a, b } = connected([subscribed(0), subscribed(0, "t.Other", 7n)], { unwrittenEvents: 100 });
  const other = a.interests.get(7n)!;
  assert.equal(a.link.sender.send(a.interest, event(200)), "sent");
  assert.equal(a.link.sender.send(a.interest, event()), "no_room");
  const done: string[] = [];
  a.link.sender.wait(a.interest, event(200), () => done.push("tick"));
  a.link.sender.wait(a.interest, event(200), () => done.push("tick again"));
  a.link.sender.wait(other, { ...event(), type: { ...event().type, id: 7n } }, () => done.push("other"));
  a.link.subscribe(subscribed(5));
  assert.deepEqual(done, []);
  a.takeBytes();
  assert.deepEqual(done, ["tick"]);
  a.takeBytes();
  assert.deepEqual(done, ["tick", "other", "tick again"]);
  assert.equal(b.violations.length, 0);
});

test("a peer that leaves answers and control unread is a slow consumer", () => {
  const { a } = connected([], { unwrittenControl: 1000 });
  for (let i = 0; i < 60; i++) a.link.subscribe(subscribed(1, `t.T${i}`, BigInt(i + 1)));
  assert.equal(goodbye(a), "SLOW_CONSUMER");
});

test("one answer is never too much, whatever its size", () => {
  const [a, b] = [new Side("b", { unwrittenControl: 1000 }), new Side("a")];
  a.link.open([subscribed(0)]);
  b.link.open([]);
  settle(a, b);
  for (const id of [1, 2]) assert.equal(b.link.sender.send(b.interest, event(0, id)), "sent");
  a.hears(b.takeBytes());
  const [first, second] = a.arrivals;
  a.link.answer(first!.owed!, (out) => out.append(new Uint8Array(100_000)));
  assert.equal(a.link.sender.isTalking, true);
  a.link.answer(second!.owed!, (out) => out.append(new Uint8Array(1)));
  assert.equal(a.link.sender.isTalking, false, "another one is");
});

test("a frame that is larger than the peer takes is not sent", () => {
  const { a } = connected([subscribed(0)], { peerMaxFrameLen: 70_000 });
  const most = 70_000 - (a.link.sender.encode(event(60_000), 0).length - PREFIX_LEN - 60_000);
  assert.equal(a.link.sender.send(a.interest, event(most)), "sent");
  assert.equal(a.link.sender.send(a.interest, event(most + 1)), "too_large");
  a.interest.flow.missed = 300;
  assert.equal(
    a.link.sender.send(a.interest, event(most)),
    "sent",
    "what was missed is told by a smaller one",
  );
  assert.equal(a.interest.flow.missed, 300);
});

test("requests are answered, failed, cancelled, and given up on at the end", () => {
  const { a, b } = connected([subscribed(1000)]);
  for (let id = 1; id <= 4; id++) a.link.sender.send(a.interest, event(1, id));
  settle(a, b);
  const [one, two, three] = b.arrivals.map(({ owed }) => owed!) as [
    Side["arrivals"][0]["owed"] & {},
    NonNullable<Side["arrivals"][0]["owed"]>,
    NonNullable<Side["arrivals"][0]["owed"]>,
  ];
  b.link.answer(one, (out) => appendFrame(out, broadcast({ responseTo: 1n })));
  b.link.answer(one, () => assert.fail("an answer is given once"));
  b.link.fail(two, Failure_Code.HANDLER_FAILED, "why");
  settle(a, b);
  assert.deepEqual(a.log, ["answered 1", `failed 2 ${Failure_Code.HANDLER_FAILED} why`]);
  let isOver = false;
  three.onOver(() => (isOver = true));
  a.link.cancel(3);
  settle(a, b);
  assert(isOver && three.isGivenUp);
  b.link.answer(three, () => assert.fail("nobody waits"));
  b.link.handleFailure("broken");
  a.link.handleEnd();
  assert.equal(a.log.at(-1), "gone 4");
});

test("only who was asked may answer, and once", () => {
  const { a, b } = connected([subscribed(1000)]);
  a.hearsFrames(
    broadcast({ responseTo: 9n }),
    { case: "failure", value: { responseTo: 8n } },
    { case: "cancel", value: { requestId: 5n } },
  );
  assert.deepEqual([a.log, a.violations, b.violations], [[], [], []]);
});

test("events of a removed subscription still arrive, and those before a renewed one are stale", () => {
  const { a, b } = connected([subscribed(1000)]);
  a.link.sender.send(a.interest, event(1));
  const old = a.takeBytes();
  b.link.unsubscribe(tick.id);
  b.hears(old);
  assert.equal(b.arrivals.length, 1);
  a.link.sender.send(a.interest, event(1, 5));
  const stale = a.takeBytes();
  b.link.subscribe(subscribed(1000));
  b.hears(stale);
  assert.equal(b.arrivals.length, 1);
  const said = b.says();
  assert.deepEqual(said.map(caseOf), ["subscriptions", "subscriptions", "failure"]);
  b.hearsFrames(ack(3n), broadcast({}));
  assert.equal(b.arrivals.length, 2);
});

test("what is taken of a subscription that was renewed since gives the new one no credit", () => {
  const { a, b } = connected([subscribed(100)]);
  a.link.sender.send(a.interest, event(200));
  settle(a, b);
  b.link.unsubscribe(tick.id);
  b.link.subscribe(subscribed(100));
  settle(a, b);
  b.take();
  b.link.handlePause();
  assert.deepEqual(b.says(), []);
});

test("what breaks a rule ends the link with a reason, and costs no more", () => {
  const breaches: [string, ...Parameters<Side["hearsFrames"]>][] = [
    ["a second hello", { case: "hello", value: { protocolVersion: 1, name: "x", instance: 1n } }],
    ["revision 3", { case: "subscriptions", value: { revision: 3n } }],
    ["revision 1", { case: "subscriptions", value: { revision: 1n } }],
    ["type ID 0", { case: "subscriptions", value: { revision: 2n, added: [{ id: 0n, name: "a" }] } }],
    ["no event's name", { case: "subscriptions", value: { revision: 2n, added: [{ id: 1n, name: "a-b" }] } }],
    [
      "subscribed to already",
      {
        case: "subscriptions",
        value: {
          revision: 2n,
          added: [
            { id: 9n, name: "a" },
            { id: 9n, name: "a" },
          ],
        },
      },
    ],
    ["acknowledged revision 5", ack(5n)],
    ["a request that is an answer", broadcast({ requestId: 1n, responseTo: 1n })],
    ["under way already", broadcast({ requestId: 1n }), broadcast({ requestId: 1n })],
    ["overdrawn", broadcast({ payload: new Uint8Array(300) }), broadcast({})],
  ];
  for (const [why, ...frames] of breaches) {
    const { b } = connected([subscribed(300)]);
    b.hearsFrames(...frames);
    assert.match(b.violations[0] ?? "", new RegExp(why), why);
    assert.equal(goodbye(b), "PROTOCOL_ERROR");
    b.link.handleEnd();
    assert(b.link.isOver);
  }
  const early = new Side("b");
  early.link.open([subscribed(10)]);
  early.hearsFrames(broadcast({}));
  assert.match(early.violations[0] ?? "", /before the first subscriptions/);
});

test("a peer may subscribe to 4,096 types, and no more", () => {
  const { a } = connected([]);
  const types = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: BigInt(first + i), name: `t.T${first + i}` }));
  a.hearsFrames({ case: "subscriptions", value: { revision: 2n, added: types(1, 4096) } });
  assert.deepEqual(a.violations, []);
  a.hearsFrames({ case: "subscriptions", value: { revision: 3n, added: types(5000, 1) } });
  assert.match(a.violations[0]!, /more than 4096/);
});

test("what is to be ignored is ignored", () => {
  const { a } = connected([subscribed(100)]);
  a.hearsFrames(
    {
      case: "credit",
      value: {
        grants: [
          { typeId: 1n, bytes: 5n },
          { typeId: tick.id, bytes: 2n ** 64n - 1n },
        ],
      },
    },
    { case: "subscriptions", value: { revision: 2n, removed: [77n] } },
  );
  a.hears(Buffer.from("00000000040000004a020801", "hex"));
  assert.deepEqual([a.violations, a.link.isReady], [[], true]);
  const attempts = [1, 2, 3].map(() => a.link.sender.send(a.interest, event(50)));
  assert.deepEqual(attempts, ["sent", "no_room", "no_room"], "a grant never widens the window");
});

test("both say goodbye, and what was taken before is confirmed", () => {
  const { a, b } = connected([subscribed(1000)]);
  a.link.sender.send(a.interest, event(1));
  settle(a, b);
  a.link.sayGoodbye(Goodbye_Reason.SHUTDOWN, "");
  settle(a, b);
  assert(!a.link.isOver && !b.link.isOver, "b's consumer holds an event");
  b.take();
  settle(a, b);
  assert(a.link.isOver && b.link.isOver);
  assert.deepEqual([a.link.unconfirmed, a.link.ending, b.link.ending], [0, "", ""]);
});

test("a link ends at its deadlines", () => {
  const slow = new Side("b");
  slow.link.open([]);
  slow.advance(4999);
  assert.equal(goodbye(slow), undefined);
  slow.advance(1);
  assert.equal(goodbye(slow), "PROTOCOL_ERROR");
  slow.advance(5000);
  assert(slow.link.isOver, "the peer did not answer the goodbye");

  const { a, b } = connected([subscribed(1000)]);
  a.link.sender.send(a.interest, event(1));
  settle(a, b);
  a.link.sayGoodbye(Goodbye_Reason.SHUTDOWN, "");
  settle(a, b);
  b.advance(5000);
  settle(a, b);
  assert(a.link.isOver && b.link.isOver);
  assert.equal(a.link.unconfirmed, 1, "b's consumer never took it");
});

test("one byte at a time and all at once are the same", () => {
  const { a } = connected([subscribed(0)]);
  for (let i = 0; i < 20; i++) a.link.sender.send(a.interest, event(i * 10, i % 3 === 0 ? i + 1 : 0));
  const bytes = a.takeBytes();
  for (const step of [1, 3, 7, bytes.length]) {
    const { b } = connected([subscribed(0)]);
    for (let at = 0; at < bytes.length; at += step) b.hears(Buffer.from(bytes.subarray(at, at + step)));
    assert.equal(b.arrivals.length, 20);
    assert.deepEqual(
      b.arrivals.map(({ owed }) => owed?.id),
      Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? i + 1 : undefined)),
    );
  }
});

/** What the protobuf library makes of an event. */
function encoded({ payload, requestId, responseTo, headers }: Outgoing, compression = 0, missed = 0): Buffer {
  const writer = new ByteWriter();
  const ids = { requestId: BigInt(requestId), responseTo: BigInt(responseTo) };
  appendFrame(
    writer,
    broadcast({ payload, compression, ...ids, headers: { ...headers }, missed: BigInt(missed) }),
  );
  return writer.take();
}

test("events are encoded as the protobuf library does", () => {
  const frame = new BareFrame();
  for (const length of [0, 1, 115, 127, 128, 16_383, 16_384, 3_000_000]) {
    for (const [requestId, responseTo] of [
      [0, 0],
      [1, 0],
      [2 ** 40, 0],
      [0, 300],
      [0, 2n ** 64n - 1n],
    ] as const) {
      const payload = new Uint8Array(length).fill(7);
      const expected = encoded({ ...event(), payload, requestId, responseTo });
      frame.encode((out, bytes: Uint8Array) => out.append(bytes), payload);
      frame.seal(event().type, requestId, responseTo);
      const out = new ByteWriter();
      frame.appendTo(out);
      assert.equal(frame.frameLen, expected.length - PREFIX_LEN);
      assert(out.take().equals(expected), `bare, ${length} ${requestId} ${responseTo}`);
      assert(
        encodeEvent({ ...event(), payload, requestId, responseTo }, true, 0).equals(expected),
        `${length} ${requestId} ${responseTo}`,
      );
      assert.deepEqual(Buffer.from(frame.takePayload()), Buffer.from(payload));
    }
  }
  const full = { ...event(5), headers: { a: "1", ä: "ö", "": "x".repeat(300) }, requestId: 7 };
  const sorted = { "": full.headers[""], a: "1", ä: "ö" };
  assert.deepEqual(encodeEvent(full, true, 400), encoded({ ...full, headers: sorted }, 0, 400));
});

test("snappy goes to who takes it", () => {
  const compressed = Uint8Array.of(0);
  assert.deepEqual(
    encodeEvent({ ...event(5), compressed }, true, 0),
    encoded({ ...event(), payload: compressed }, 1),
  );
  assert.deepEqual(encodeEvent({ ...event(5), compressed }, false, 0), encoded(event(5)));
});

test("of two that greet each other the lower name refuses, and an answer replaces what was admitted", () => {
  const [alice, bob] = [new Meeting<string>("alice"), new Meeting<string>("bob")];
  const [aliceId, bobId] = [{ name: "alice", instance: 1n }, { name: "bob", instance: 2n }];
  assert(alice.mayGreet("bob") && bob.mayGreet("alice"));
  assert(!alice.mayGreet("bob"), "one attempt at a time");
  assert.equal(alice.refusal(bobId)?.reason, Goodbye_Reason.DUPLICATE);
  assert.equal(bob.refusal(aliceId), undefined);
  bob.admitted(aliceId, "admitted");
  assert.equal(bob.refusal(aliceId)?.reason, Goodbye_Reason.DUPLICATE);
  assert.equal(bob.refusal({ ...aliceId, instance: 9n })?.reason, Goodbye_Reason.NAME_TAKEN);
  assert.equal(bob.refusal(bobId)?.reason, Goodbye_Reason.NAME_TAKEN);
  assert.equal(bob.answered(aliceId, "answered"), "admitted");
  bob.closed("alice", "admitted");
  assert.equal(bob.link("alice"), "answered");
  bob.closed("alice", "answered");
  assert.equal(bob.refusal({ ...aliceId, instance: 9n }), undefined);
  alice.attemptOver("bob");
  assert.equal(alice.refusal(bobId), undefined);
});
