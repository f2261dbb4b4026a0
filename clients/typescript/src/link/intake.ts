import type { Failure_Code } from "../gen/lahja_wire_pb.js";
import { violation, type FrameBody } from "../wire/frames.js";
import { brief } from "../wire/texts.js";
import type { Inflow } from "./inflow.js";
import { Owed } from "./owed.js";
import { Wanted } from "./wanted.js";

const GRANTS_PER_FRAME = 1000;

/** Events and requests on their way from one peer to the consumers here, and what is owed for them. */
export class Intake {
  readonly wanted = new Wanted();
  private readonly owed = new Map<number | bigint, Owed>();
  /** Events and requests that consumers have not let go of. */
  private held = 0;
  /** Subscriptions of which something was taken that may be granted. */
  private readonly settled = new Set<Inflow>();

  /**
   * @param say says something to the peer, if anything may be said
   * @param pause asks for a call of `grantDue` once nothing has come for a moment
   */
  constructor(private readonly say: (body: FrameBody) => void, private readonly pause: () => void) {}

  get isHeld(): boolean {
    return this.held > 0;
  }

  get owesAnswers(): boolean {
    return [...this.owed.values()].some((owed) => !owed.isGivenUp);
  }

  get allOwed(): Owed[] {
    return [...this.owed.values()];
  }

  /** Takes an event, or a request if it has an ID; undefined if nobody wants it. */
  arrive(idLow: number, idHigh: number, cost: number): Inflow | undefined {
    const inflow = this.wanted.find(idLow, idHigh);
    const arrival = inflow?.arrive(cost) ?? "unwanted";
    if (arrival === "overdrawn") {
      throw violation(`the window of ${inflow!.type.name} is overdrawn by more than one event`);
    }
    if (arrival === "unwanted") return undefined;
    this.held += 1;
    return inflow;
  }

  /** A request came that is owed an answer. */
  owe(requestId: number | bigint, inflow: Inflow, cost: number): Owed {
    if (this.owed.has(requestId)) throw violation(`request ${requestId} is under way already`);
    const owed = new Owed(requestId, inflow, cost);
    this.owed.set(requestId, owed);
    return owed;
  }

  /** The peer does not wait for this answer any more. */
  cancelled(requestId: number | bigint): void {
    this.owed.get(requestId)?.giveUp();
  }

  sayFailure(responseTo: number | bigint, code: Failure_Code, message: string): void {
    const value = { responseTo: BigInt(responseTo), code, message: brief(message) };
    this.say({ case: "failure", value });
  }

  /** A request is answered, failed, or let go of after all: `say` says so if somebody waits. */
  conclude(owed: Owed, say: () => void): void {
    this.owed.delete(owed.id);
    if (!owed.isGivenUp) say();
    owed.settle();
    this.settle(owed.inflow, owed.cost);
    // The grant goes along with the answer.
    if (owed.inflow.isGrantDue) this.grant(owed.inflow);
  }

  /** A consumer took an event of this cost. */
  settle(inflow: Inflow, cost: number): void {
    inflow.settle(cost);
    this.held -= 1;
    if (this.settled.size === 0) this.pause();
    this.settled.add(inflow);
  }

  grantUrgent(): void {
    for (const inflow of this.settled) if (inflow.isGrantUrgent) this.grant(inflow);
  }

  /** Grants what was taken by consumers who have nothing left. */
  grantDue(): void {
    for (const inflow of this.settled) if (inflow.isGrantDue) this.grant(inflow);
    this.settled.clear();
  }

  /** All that is to be granted, as frames. */
  grantAll(): FrameBody[] {
    const grants = this.wanted.all()
      .map((inflow) => ({ typeId: inflow.type.id, bytes: BigInt(inflow.grant()) }))
      .filter(({ bytes }) => bytes > 0n);
    const frames: FrameBody[] = [];
    for (let at = 0; at < grants.length; at += GRANTS_PER_FRAME) {
      frames.push({ case: "credit", value: { grants: grants.slice(at, at + GRANTS_PER_FRAME) } });
    }
    return frames;
  }

  private grant(inflow: Inflow): void {
    if (!this.wanted.isCurrent(inflow)) return;
    const bytes = inflow.grant();
    if (bytes > 0)
      this.say({ case: "credit", value: { grants: [{ typeId: inflow.type.id, bytes: BigInt(bytes) }] } });
    this.wanted.forgetIfSpent(inflow);
  }
}
