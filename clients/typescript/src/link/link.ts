import {
  Failure_Code,
  Goodbye_Reason as Reason,
  type Broadcast,
  type Credit,
  type Failure,
  type Frame,
  type Goodbye,
  type Subscriptions,
} from "../gen/lahja_wire_pb.js";
import {
  FrameError,
  violation,
  type BareEvent,
  type FrameBody,
  type FrameReader,
  type FrameSink,
} from "../wire/frames.js";
import { cost } from "../wire/limits.js";
import { quoted } from "../wire/texts.js";
import type { ByteWriter } from "../wire/writer.js";
import type { Inflow, Subscribed } from "./inflow.js";
import { Intake } from "./intake.js";
import type { Owed } from "./owed.js";
import { SharedParcel } from "./parcel.js";
import { Sender } from "./sender.js";
import type { LinkHost, LinkSettings, Transport } from "./surroundings.js";

/**
 * One side of a connection after both have said hello: the state of the protocol, without I/O.
 *
 * ```text
 *            our Goodbye                          the peer's Goodbye, or the end of its stream
 *  talking ──────────────► leaving ──────────────────────────────────────────────► over
 *     │                                                                             ▲
 *     │ the peer's Goodbye           our Goodbye, once consumers took what came     │
 *     └─────────────────► peer_left ────────────────────► leaving, peerLeft ────────┘
 *                                                            once all is written
 * ```
 *
 * Methods that say something leave it in `out`; whoever calls them calls `transport.touched()` then,
 * except for what the link does on its own account.
 */
export class Link implements FrameSink {
  readonly sender: Sender;
  private phase: "talking" | "peer_left" | "leaving" | "over" = "talking";
  private peerLeft = false;
  /** Why it ended, or is about to; empty if both sides meant it to. */
  ending: string | undefined;
  private readonly intake: Intake;
  private isReading = false;
  private readonly parcel = new SharedParcel();

  constructor(
    /** The peer's name. */
    readonly name: string,
    private readonly settings: LinkSettings,
    private readonly host: LinkHost,
    private readonly transport: Transport,
  ) {
    this.sender = new Sender(settings.unwrittenEvents, settings.peerMaxFrameLen, settings.peerTakesSnappy);
    this.intake = new Intake((body) => this.say(body), () => transport.pause());
  }

  /** Says our whole set of subscriptions, after `hello` if that was not said yet. */
  open(types: Subscribed[], hello?: FrameBody): void {
    if (hello !== undefined) this.sender.append(hello);
    for (const frame of this.intake.wanted.open(types)) this.sender.append(frame);
    this.transport.wakeAt(this.transport.now() + this.settings.readyWithin);
    this.touched();
  }

  /** Whether events can flow. */
  get isReady(): boolean {
    return this.sender.isReady;
  }

  get isOver(): boolean {
    return this.phase === "over";
  }

  /** Whether the peer said goodbye, though not all that came before it may be taken yet. */
  get hasPeerLeft(): boolean {
    return this.peerLeft;
  }

  /** Whether our goodbye is written, so that the write half can be shut down. */
  get hasSaidAll(): boolean {
    return (this.phase === "leaving" || this.isOver) && this.sender.out.isFlushed;
  }

  /** Tells whether the peer acknowledged all changes of our subscriptions until now, or left. */
  confirmation(): () => boolean {
    const { wanted } = this.intake;
    const { revision } = wanted;
    return () => this.isOver || this.peerLeft || wanted.acknowledged >= revision;
  }

  get owesAnswers(): boolean {
    return !this.isOver && this.intake.owesAnswers;
  }

  /** Events that went out and are not confirmed. */
  get unconfirmed(): number {
    return this.sender.interests.unconfirmed + this.sender.out.uncredited;
  }

  isSubscribedTo(id: bigint): boolean {
    return this.isReady && this.sender.interests.get(id) !== undefined;
  }

  /** Lets the transport write what was appended. */
  touched(): void {
    if (!this.isReading) this.transport.touched();
  }

  // What the peer says.

  get wantsFrames(): boolean {
    return !this.isOver;
  }

  /** Hands over what the reader has, of which the peer may have broken the protocol. */
  read(reader: FrameReader): void {
    this.isReading = true;
    try {
      reader.read(this);
      if (this.phase === "talking") this.sender.acknowledge(this.sender.interests.takeUnacknowledged());
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.sayGoodbye(error.reason, error.message);
      throw error;
    } finally {
      this.isReading = false;
      this.intake.grantUrgent();
      this.leaveAfterThePeer();
      this.touched();
    }
  }

  bareEvent(event: BareEvent): void {
    this.parcel.fromBare(event);
    this.onBroadcast(event.requestId, event.responseTo, event.frameLen);
  }

  frame({ body }: Frame, frameLen: number): void {
    switch (body.case) {
      case "hello":
        return this.violatedIfTalking("a second hello");
      case "subscriptions":
        return this.phase === "talking" ? this.onSubscriptions(body.value) : undefined;
      case "subscriptionsAck":
        return this.phase === "talking" ? this.onAck(Number(body.value.revision)) : undefined;
      case "broadcast":
        return this.onFullBroadcast(body.value, frameLen);
      case "failure":
        return this.onFailure(body.value);
      case "goodbye":
        return this.onGoodbye(body.value);
      case "credit":
        return this.onCredit(body.value);
      case "cancel":
        return this.onCancel(idKey(body.value.requestId));
    }
  }

  private onSubscriptions(change: Subscriptions): void {
    const wasComplete = this.sender.interests.isComplete;
    const { removed, added } = this.sender.interests.change(change);
    for (const interest of removed) this.host.peerUnsubscribed(this, interest);
    for (const interest of added) {
      const problem = this.host.peerSubscribed(this, interest);
      if (problem !== undefined) throw violation(problem);
    }
    if (!wasComplete && this.isReady) this.transport.wakeAt(undefined);
    this.host.changed(this);
  }

  private onAck(revision: number): void {
    this.intake.wanted.acknowledge(revision);
    this.host.changed(this);
  }

  private onCancel(requestId: number | bigint): void {
    this.intake.cancelled(requestId);
    this.host.changed(this);
  }

  private onFullBroadcast(value: Broadcast, frameLen: number): void {
    this.parcel.fromFull(value);
    this.onBroadcast(idKey(value.requestId), idKey(value.responseTo), frameLen);
  }

  private onBroadcast(requestId: number | bigint, responseTo: number | bigint, frameLen: number): void {
    if (this.phase !== "talking") {
      // What the peer still answers counts; what it wants of us no longer does.
      if (this.phase === "leaving" && responseTo !== 0 && requestId === 0) this.onAnswer(Number(responseTo));
      return;
    }
    if (!this.sender.interests.isComplete) throw violation("an event before the first subscriptions");
    if (responseTo === 0) this.onEvent(requestId, cost(frameLen));
    else if (requestId === 0) this.onAnswer(Number(responseTo));
    else throw violation("a request that is an answer");
  }

  private onEvent(requestId: number | bigint, cost: number): void {
    const inflow = this.intake.arrive(this.parcel.idLow, this.parcel.idHigh, cost);
    if (inflow !== undefined) {
      const owed = requestId === 0 ? undefined : this.intake.owe(requestId, inflow, cost);
      this.host.arrived(this, inflow, this.parcel, cost, owed);
    } else if (requestId !== 0) {
      this.intake.sayFailure(requestId, Failure_Code.UNANSWERED, "nobody subscribes to this request here");
    }
  }

  private onAnswer(requestId: number): void {
    if (this.sender.awaited.delete(requestId)) this.host.answered(this, requestId, this.parcel);
  }

  private onFailure({ responseTo, code, message }: Failure): void {
    const requestId = Number(responseTo);
    if (this.sender.awaited.delete(requestId)) this.host.failed(this, requestId, code, message);
  }

  private onCredit({ grants }: Credit): void {
    for (const { typeId, bytes } of grants) this.sender.credit(typeId, Number(bytes));
  }

  private violatedIfTalking(message: string): void {
    if (this.phase === "talking") throw violation(message);
  }

  // What needs no credit.

  subscribe(type: Subscribed): void {
    this.say(this.intake.wanted.add(type));
  }

  /** Unsubscribes from a type, or from all. */
  unsubscribe(id?: bigint): void {
    this.say(this.intake.wanted.remove(id));
  }

  /** Answers a request of the peer's; the answer is dropped if none is owed any more. */
  answer(owed: Owed, append: (out: ByteWriter) => void): void {
    this.conclude(owed, () => {
      if (this.maySay()) this.sender.out.appendControl(append);
    });
  }

  fail(owed: Owed, code: Failure_Code, message: string): void {
    this.conclude(owed, () => this.intake.sayFailure(owed.id, code, message));
  }

  /** Gives up on all requests of the peer's. */
  failAll(message: string): void {
    for (const owed of this.intake.allOwed) this.fail(owed, Failure_Code.SHUTTING_DOWN, message);
  }

  /** Nobody waits for the answer to this request of ours any more. */
  cancel(requestId: number): void {
    if (this.sender.awaited.delete(requestId))
      this.say({ case: "cancel", value: { requestId: BigInt(requestId) } });
  }

  /** A consumer took an event of this cost. */
  settle(inflow: Inflow, cost: number): void {
    this.intake.settle(inflow, cost);
    if (this.isReading) return;
    this.intake.grantUrgent();
    this.leaveAfterThePeer();
  }

  /** Nothing has come for a moment. */
  handlePause(): void {
    this.intake.grantDue();
  }

  private conclude(owed: Owed, say: () => void): void {
    if (owed.isSettled) return;
    this.intake.conclude(owed, say);
    this.leaveAfterThePeer();
    this.touched();
    this.host.changed(this);
  }

  private get maySpeak(): boolean {
    return this.phase === "talking" || this.phase === "peer_left";
  }

  private say(body: FrameBody | undefined): void {
    if (body === undefined || !this.maySay()) return;
    this.sender.append(body);
    this.touched();
  }

  /** Whether there is a peer that reads what it is told; one that does not is left. */
  private maySay(): boolean {
    const { unreadControl } = this.sender.out;
    if (unreadControl > this.settings.unwrittenControl) {
      this.sayGoodbye(Reason.SLOW_CONSUMER, `${unreadControl} bytes of answers and control left unread`);
    }
    return this.maySpeak;
  }

  // How it ends.

  /** Says goodbye: nothing is sent after it, and what waits for room is dropped. */
  sayGoodbye(reason: Reason, message: string): void {
    if (!this.maySpeak) return;
    this.ending ??= endingOf("this side", reason, message);
    this.phase = "leaving";
    this.sender.isTalking = false;
    for (const frame of this.intake.grantAll()) this.sender.append(frame);
    this.sender.append({ case: "goodbye", value: { reason, message } });
    for (const interest of this.sender.interests.all) interest.flow.end();
    this.transport.wakeAt(this.transport.now() + this.settings.drain);
    this.touched();
    this.host.changed(this);
  }

  /** Once goodbye is said, the link ends at this time whatever the peer does. */
  leaveBy(time: number): void {
    if (this.phase === "leaving") this.transport.wakeAt(time);
  }

  /** The peer's stream ended. Behind its goodbye that is no news: it still reads what we say. */
  handleEnd(): void {
    this.ending ??= "the peer crashed: its stream ended without a goodbye";
    if (!this.peerLeft) this.finish();
  }

  /** Reading or writing failed, or the stream is closed. */
  handleFailure(why: string): void {
    this.ending ??= why;
    this.finish();
  }

  handleTimeout(): void {
    if (this.phase === "talking") {
      this.sayGoodbye(
        Reason.PROTOCOL_ERROR,
        `no complete subscriptions within ${this.settings.readyWithin} ms`,
      );
    } else if (this.phase === "peer_left") {
      this.sayGoodbye(Reason.SHUTDOWN, "events were not taken in time");
    } else {
      this.finish();
    }
  }

  /** What was taken from `out` is written. */
  handleWritten(): void {
    this.sender.out.written();
    if (this.sender.isTalking) this.sender.unblock();
    this.finishIfFlushed();
  }

  private onGoodbye({ reason, message }: Goodbye): void {
    this.peerLeft = true;
    if (this.phase === "talking") {
      this.ending = endingOf("the peer", reason, quoted(message));
      this.phase = "peer_left";
      this.sender.isTalking = false;
      this.transport.wakeAt(this.transport.now() + this.settings.drain);
    }
    this.abandonRequests();
    this.endInterests();
    this.host.changed(this);
    this.finishIfFlushed();
  }

  /** Answers the peer's goodbye once consumers took all that came before it. */
  private leaveAfterThePeer(): void {
    if (this.phase === "peer_left" && !this.intake.isHeld && !this.isReading)
      this.sayGoodbye(Reason.SHUTDOWN, "");
  }

  private finishIfFlushed(): void {
    if (this.phase === "leaving" && this.peerLeft && this.sender.out.isFlushed) this.finish();
  }

  private finish(): void {
    if (this.isOver) return;
    this.phase = "over";
    this.sender.isTalking = false;
    this.transport.wakeAt(undefined);
    this.abandonRequests();
    for (const owed of this.intake.allOwed) owed.giveUp();
    this.endInterests();
    this.transport.touched();
    this.host.changed(this);
  }

  private abandonRequests(): void {
    const ids = [...this.sender.awaited];
    this.sender.awaited.clear();
    if (ids.length > 0) this.host.gone(this, ids);
  }

  private endInterests(): void {
    for (const interest of this.sender.interests.clear()) this.host.peerUnsubscribed(this, interest);
  }
}

function endingOf(who: string, reason: Reason, message: string): string {
  return reason === Reason.SHUTDOWN || reason === Reason.DUPLICATE
    ? ""
    : `${who} said goodbye (${Reason[reason] ?? reason}): ${message}`;
}

/** IDs are numbers where these are exact, so that the hot path needs no others. */
function idKey(id: bigint): number | bigint {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id;
}
