import { create } from "@bufbuild/protobuf";
import { FrameSchema, type Failure_Code, type Frame } from "../../src/gen/lahja_wire_pb.js";
import type { Inflow, Subscribed } from "../../src/link/inflow.js";
import type { Interest } from "../../src/link/interests.js";
import { Link } from "../../src/link/link.js";
import type { Parcel } from "../../src/link/parcel.js";
import type { LinkHost, LinkSettings, Transport } from "../../src/link/surroundings.js";
import { NO_HEADERS, outgoingOf, type Outgoing } from "../../src/link/outgoing.js";
import type { Owed } from "../../src/link/owed.js";
import { FrameReader, appendFrame, frameOf, type FrameBody, type FrameSink } from "../../src/wire/frames.js";
import { eventType } from "../../src/events.js";
import { ByteWriter } from "../../src/wire/writer.js";
import { TickSchema } from "../gen/kinds_pb.js";

export const tick = eventType(TickSchema);
export const SETTINGS: LinkSettings = {
  unwrittenEvents: 2 ** 20,
  unwrittenControl: 2 ** 25,
  readyWithin: 5000,
  drain: 5000,
  peerMaxFrameLen: 2 ** 24,
  peerTakesSnappy: true,
};

export function subscribed(window: number, name = tick.name, id = tick.id): Subscribed {
  return { id, name, window };
}

/** An event with a payload of so many bytes: its frame takes `PAYLOAD_AROUND` more. */
export function event(payload = 0, requestId = 0): Outgoing {
  const type = tick as unknown as Outgoing["type"];
  return outgoingOf({
    type,
    payload: new Uint8Array(payload),
    headers: NO_HEADERS,
    requestId,
    responseTo: 0,
  });
}

interface Arrival {
  readonly inflow: Inflow;
  readonly cost: number;
  readonly missed: number;
  readonly owed: Owed | undefined;
  readonly payload: Buffer;
}

/** One side of a connection without I/O, in a time of its own. */
export class Side implements LinkHost, Transport {
  readonly link: Link;
  readonly reader = new FrameReader(2 ** 24);
  readonly interests = new Map<bigint, Interest<Outgoing>>();
  /** What arrived and was not taken. */
  readonly arrivals: Arrival[] = [];
  readonly log: string[] = [];
  readonly violations: string[] = [];
  time = 0;
  private due: number | undefined;

  constructor(
    readonly name: string,
    settings: Partial<LinkSettings> = {},
  ) {
    this.link = new Link(name, { ...SETTINGS, ...settings }, this, this);
  }

  get interest(): Interest<Outgoing> {
    return this.interests.get(tick.id)!;
  }

  /** Takes the oldest event, as a consumer does. */
  take(): Arrival {
    const arrival = this.arrivals.shift()!;
    this.link.settle(arrival.inflow, arrival.cost);
    return arrival;
  }

  /** The frames that it wants to write, which are not delivered then. */
  says(): Frame[] {
    const frames: Frame[] = [];
    const take = (frame: Frame) => void frames.push(frame);
    const sink: FrameSink = { wantsFrames: true, bareEvent: (event) => take(frameOf(event)), frame: take };
    const reader = new FrameReader(2 ** 24);
    reader.push(this.takeBytes());
    reader.read(sink);
    return frames;
  }

  takeBytes(): Buffer {
    const bytes = this.link.sender.out.take();
    this.link.handleWritten();
    return bytes;
  }

  hears(bytes: Buffer): void {
    this.reader.push(bytes);
    try {
      this.link.read(this.reader);
    } catch (error) {
      this.violations.push((error as Error).message);
    }
  }

  hearsFrames(...bodies: FrameBody[]): void {
    const writer = new ByteWriter();
    for (const body of bodies) appendFrame(writer, body);
    this.hears(writer.take());
  }

  advance(by: number): void {
    this.time += by;
    if (this.due !== undefined && this.time >= this.due) {
      this.due = undefined;
      this.link.handleTimeout();
    }
  }

  touched(): void {}
  wakeAt(time: number | undefined): void {
    this.due = time;
  }
  pause(): void {}
  now(): number {
    return this.time;
  }

  peerSubscribed(_: Link, interest: Interest<Outgoing>): undefined {
    this.interests.set(interest.id, interest);
  }
  peerUnsubscribed(_: Link, interest: Interest<Outgoing>): void {
    this.interests.delete(interest.id);
  }
  arrived(
    _: Link,
    inflow: Inflow,
    { missed, bytes, start, end }: Parcel,
    cost: number,
    owed: Owed | undefined,
  ): void {
    this.arrivals.push({ inflow, cost, missed, owed, payload: Buffer.from(bytes.subarray(start, end)) });
  }
  answered(_: Link, requestId: number): void {
    this.log.push(`answered ${requestId}`);
  }
  failed(_: Link, requestId: number, code: Failure_Code, message: string): void {
    this.log.push(`failed ${requestId} ${code} ${message}`);
  }
  gone(_: Link, requestIds: number[]): void {
    this.log.push(`gone ${requestIds.join(" ")}`);
  }
  changed(): void {}
}

/** Carries bytes until both are silent. */
export function settle(a: Side, b: Side): void {
  for (let moved = true; moved;) {
    moved = false;
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const bytes = from.takeBytes();
      if (bytes.length === 0) continue;
      moved = true;
      to.hears(bytes);
    }
  }
}

/** Two sides that know each other's sets. */
export function connected(
  wantedByB: Subscribed[],
  settings: Partial<LinkSettings> = {},
): { a: Side; b: Side } {
  const [a, b] = [new Side("b", settings), new Side("a")];
  a.link.open([]);
  b.link.open(wantedByB);
  settle(a, b);
  return { a, b };
}

export function caseOf(frame: Frame): string {
  return frame.body.case ?? "none";
}

export { create, FrameSchema };
