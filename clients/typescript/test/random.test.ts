import assert from "node:assert/strict";
import { test } from "node:test";
import { Side, connected, event, settle, subscribed, tick } from "./support/links.js";
import { random } from "./support/random.js";

const ROUNDS = 300;

function numbered(number: number, length: number) {
  const payload = Buffer.alloc(4 + length);
  payload.writeUInt32LE(number);
  return { ...event(), payload };
}

/** Two sides, a that sends and b that receives, whose bytes are under way for as long as it pleases. */
class World {
  readonly a: Side;
  readonly b: Side;
  private toB = Buffer.alloc(0);
  private toA = Buffer.alloc(0);
  private number = 0;
  private readonly giveUps: (() => boolean)[] = [];
  /** What b's consumers took. */
  readonly taken: { number: number; missed: number }[] = [];

  private readonly next: () => number;

  constructor(private readonly name: string, seed: number) {
    const next = (this.next = random(seed));
    const window = [0, 1, 200, 1000][Math.floor(next() * 4)]!;
    ({ a: this.a, b: this.b } = connected([subscribed(window)], { unwrittenEvents: 400 }));
  }

  step(resubscribes: boolean): void {
    const { a, b, next } = this;
    const what = next();
    if (what < 0.3) this.send();
    else if (what < 0.35) this.giveUps.splice(Math.floor(next() * this.giveUps.length), 1)[0]?.();
    else if (what < 0.4 && a.interest) a.link.sender.stall(a.interest);
    else if (what < 0.6) this.carry();
    else if (what < 0.85 && b.arrivals.length > 0) this.take();
    else if (what < 0.9) b.link.handlePause();
    else if (resubscribes && what < 0.93) b.link.unsubscribe(tick.id);
    else if (resubscribes) b.link.subscribe(subscribed(1 + Math.floor(next() * 500)));
  }

  /** Lets all arrive and be taken. */
  finish(): void {
    const { a, b } = this;
    a.hears(this.toA);
    b.hears(this.toB);
    this.toA = this.toB = Buffer.alloc(0);
    do {
      settle(a, b);
      while (b.arrivals.length > 0) this.take();
      b.link.handlePause();
      settle(a, b);
    } while (b.arrivals.length > 0);
    assert.deepEqual([a.violations, b.violations], [[], []], this.name);
  }

  /** The last event tells whatever was missed before it. */
  sendLast(): number {
    this.a.link.sender.send(this.a.interest, numbered((this.number += 1), 0));
    return this.number;
  }

  private send(): void {
    const { sender } = this.a.link;
    const interest = this.a.interest;
    if (interest === undefined) return;
    const event = numbered((this.number += 1), Math.floor(this.next() * 120));
    if (sender.send(interest, event) === "no_room") this.giveUps.push(sender.wait(interest, event, () => {}));
  }

  private take(): void {
    const { payload, missed } = this.b.take();
    this.taken.push({ number: payload.readUInt32LE(), missed });
  }

  private carry(): void {
    this.toB = Buffer.concat([this.toB, this.a.takeBytes()]);
    this.toA = Buffer.concat([this.toA, this.b.takeBytes()]);
    const [some, more] = [
      Math.floor(this.next() * (this.toB.length + 1)),
      Math.floor(this.next() * (this.toA.length + 1)),
    ];
    this.b.hears(this.toB.subarray(0, some));
    this.a.hears(this.toA.subarray(0, more));
    [this.toB, this.toA] = [this.toB.subarray(some), this.toA.subarray(more)];
  }
}

test("whatever happens events come in order, each gap is told, and all that was taken is confirmed", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const world = new World(`seed ${seed}`, seed);
    for (let i = 0; i < 400; i++) world.step(false);
    world.finish();
    const last = world.sendLast();
    world.finish();
    let number = 0;
    for (const taken of world.taken) {
      number += taken.missed + 1;
      assert.equal(taken.number, number, `seed ${seed}`);
    }
    assert.equal(number, last, `seed ${seed}`);
    assert.equal(world.a.link.unconfirmed, 0, `seed ${seed}`);
  }
});

test("whatever is subscribed to and no more, nobody breaks the protocol and order holds", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const world = new World(`seed ${seed}`, seed);
    for (let i = 0; i < 400; i++) world.step(true);
    world.finish();
    const numbers = world.taken.map(({ number }) => number);
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), `seed ${seed}`);
  }
});
