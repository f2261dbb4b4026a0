import { appendFrame, type FrameBody } from "../wire/frames.js";
import { PREFIX_LEN, cost } from "../wire/limits.js";
import { Interests, type Interest } from "./interests.js";
import { Outbox } from "./outbox.js";
import { encodeEvent, type BareFrame, type Outgoing } from "./outgoing.js";

/** What became of an event for one receiver. */
export type Attempt = "sent" | "no_room" | "stalled" | "gone" | "too_large";

/** Events and requests on their way to one peer, under flow control. */
export class Sender {
  readonly out: Outbox;
  readonly interests = new Interests<Outgoing>();
  /** Requests that went out here and are not answered. Only these may be answered here. */
  readonly awaited = new Set<number>();
  /** Types that wait for the outbox rather than for credit, in the order of their turns. */
  private readonly blocked = new Set<Interest<Outgoing>>();
  /** Neither side said goodbye. */
  isTalking = true;

  constructor(unwritten: number, readonly maxFrameLen: number, private readonly takesSnappy: boolean) {
    this.out = new Outbox(unwritten);
  }

  get isReady(): boolean {
    return this.isTalking && this.interests.isComplete;
  }

  /** What `send` would do. */
  probe({ flow }: Interest<Outgoing>, event: Outgoing): Attempt {
    if (!this.isReady) return "gone";
    if (event.frameLen > this.maxFrameLen) return "too_large";
    if (flow.isClear && this.out.hasRoomForEvents) return "sent";
    return flow.stalled && event.requestId === 0 ? "stalled" : "no_room";
  }

  /** Sends what fits into a bare frame, if there is room now and nothing to say before it. */
  sendBare(interest: Interest<Outgoing>, frame: BareFrame, requestId: number): boolean {
    const { flow } = interest;
    const { frameLen } = frame;
    if (!this.isReady || this.interests.isUnacknowledged || flow.missed > 0 || !flow.isClear ||
      !this.out.hasRoomForEvents || frameLen > this.maxFrameLen) return false;
    frame.appendTo(this.out);
    this.account(interest, frameLen, requestId);
    return true;
  }

  /** Sends an event if there is room now. Skipping a stalled receiver counts as missed. */
  send(interest: Interest<Outgoing>, event: Outgoing): Attempt {
    const attempt = this.probe(interest, event);
    if (attempt === "sent") this.transmit(interest, event, interest.flow.takeMissed());
    else if (attempt === "stalled") interest.flow.missed += 1;
    return attempt;
  }

  /**
   * Lets an event wait for room; `done` tells how that ended, unless the function that it returns gives
   * up.
   */
  wait(interest: Interest<Outgoing>, event: Outgoing, done: (sent: boolean) => void): () => boolean {
    const waiting = interest.flow.wait(event, done);
    this.pump(interest);
    return () => interest.flow.abandon(waiting);
  }

  /** Marks a receiver that let a deadline pass; false if that is known. */
  stall(interest: Interest<Outgoing>): boolean {
    const isNew = !interest.flow.stalled;
    interest.flow.stalled = true;
    if (!this.out.hasRoomForEvents) this.blocked.add(interest);
    return isNew;
  }

  credit(id: bigint, bytes: number): void {
    const interest = this.interests.credit(id, bytes);
    if (interest !== undefined) this.pump(interest);
  }

  /** Room was made in the outbox: each type that waits for it gets its turn. */
  unblock(): void {
    for (const interest of this.blocked) {
      if (!this.out.hasRoomForEvents) return;
      this.blocked.delete(interest);
      if (interest.flow.isOpen) interest.flow.stalled = false;
      if (this.sendNext(interest) && interest.flow.waiting.length > 0) this.blocked.add(interest);
    }
  }

  append(body: FrameBody): void {
    this.out.appendControl((out) => appendFrame(out, body));
  }

  acknowledge(revision: number | undefined): void {
    if (revision !== undefined)
      this.append({ case: "subscriptionsAck", value: { revision: BigInt(revision) } });
  }

  encode(event: Outgoing, missed: number): Buffer {
    return encodeEvent(event, this.takesSnappy, missed);
  }

  private pump(interest: Interest<Outgoing>): void {
    while (this.sendNext(interest));
  }

  /** Sends the first that waits; false if none does, or there is no room. */
  private sendNext(interest: Interest<Outgoing>): boolean {
    const { flow } = interest;
    if (flow.waiting.length === 0 || !flow.isOpen) return false;
    if (!this.out.hasRoomForEvents) {
      this.blocked.add(interest);
      return false;
    }
    const { item, missed, done } = flow.waiting.shift()!;
    this.transmit(interest, item, missed);
    done(true);
    return true;
  }

  private transmit(interest: Interest<Outgoing>, event: Outgoing, missed: number): void {
    // Whoever sends this may be ahead of the ack.
    this.acknowledge(this.interests.takeUnacknowledged(interest.addedIn));
    let bytes = this.encode(event, missed);
    if (bytes.length - PREFIX_LEN > this.maxFrameLen) {
      // The event alone fits: the next one tells what was missed.
      bytes = this.encode(event, 0);
      interest.flow.missedBeforeNext(missed);
    }
    this.out.append(bytes);
    this.account(interest, bytes.length - PREFIX_LEN, event.requestId);
  }

  private account({ flow }: Interest<Outgoing>, frameLen: number, requestId: number | bigint): void {
    flow.spend(cost(frameLen));
    if (flow.window === 0) this.out.uncredited += 1;
    if (requestId !== 0) this.awaited.add(Number(requestId));
  }
}
