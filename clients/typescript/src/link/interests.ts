import type { EventType, Subscriptions } from "../gen/lahja_wire_pb.js";
import { violation } from "../wire/frames.js";
import { MAX_TYPES } from "../wire/limits.js";
import { isEventName } from "../wire/names.js";
import { Outflow } from "./outflow.js";

export interface Interest<T> {
  readonly id: bigint;
  readonly name: string;
  /** The revision that added it. */
  readonly addedIn: number;
  readonly flow: Outflow<T>;
}

/** What the peer subscribes to. */
export class Interests<T> {
  private readonly types = new Map<bigint, Interest<T>>();
  /** Flows of removed types: the peer may still confirm what went out. */
  private readonly retired = new Map<bigint, Outflow<T>>();
  private revision = 0;
  private acknowledged = 0;
  /** Whether the peer's whole first set is known. */
  isComplete = false;

  get(id: bigint): Interest<T> | undefined {
    return this.types.get(id);
  }

  get all(): Interest<T>[] {
    return [...this.types.values()];
  }

  get unconfirmed(): number {
    let events = 0;
    for (const { flow } of this.types.values()) events += flow.unconfirmed;
    for (const flow of this.retired.values()) events += flow.unconfirmed;
    return events;
  }

  /** Applies a change: removals before additions. Returns what was removed, and what was added. */
  change(change: Subscriptions): { removed: Interest<T>[]; added: Interest<T>[] } {
    const next = this.isComplete ? this.revision + 1 : 1;
    if (change.revision !== BigInt(next))
      throw violation(`subscriptions of revision ${change.revision} where ${next} is next`);
    this.revision = next;
    for (const type of change.added) check(type);
    const removed = change.removed.map((id) => this.remove(id)).filter((interest) => interest !== undefined);
    const added = change.added.map((type) => this.add(type));
    this.isComplete ||= !change.more;
    return { removed, added };
  }

  /** The peer granted bytes; a type that it does not subscribe to any more is confirmed only. */
  credit(id: bigint, bytes: number): Interest<T> | undefined {
    const interest = this.types.get(id);
    (interest?.flow ?? this.retired.get(id))?.credit(bytes);
    return interest;
  }

  /** The revision that is to be acknowledged now, once; before an event of a type, that which added it. */
  takeUnacknowledged(upTo = this.revision): number | undefined {
    if (!this.isComplete || upTo <= this.acknowledged) return undefined;
    this.acknowledged = upTo;
    return upTo;
  }

  get isUnacknowledged(): boolean {
    return this.revision > this.acknowledged;
  }

  clear(): Interest<T>[] {
    return [...this.types.keys()].map((id) => this.remove(id)!);
  }

  private remove(id: bigint): Interest<T> | undefined {
    const interest = this.types.get(id);
    if (interest === undefined) return undefined;
    this.types.delete(id);
    interest.flow.end();
    if (interest.flow.unconfirmed > 0) this.retired.set(id, interest.flow);
    return interest;
  }

  private add({ id, name, window }: EventType): Interest<T> {
    if (this.types.has(id)) throw violation(`${name} is subscribed to already`);
    if (this.types.size === MAX_TYPES) throw violation(`more than ${MAX_TYPES} event types subscribed to`);
    const interest = { id, name, addedIn: this.revision, flow: new Outflow<T>(Number(window)) };
    this.retired.delete(id);
    this.types.set(id, interest);
    return interest;
  }
}

function check({ id, name }: EventType): void {
  if (id === 0n) throw violation(`${JSON.stringify(name)} has the type ID 0`);
  if (!isEventName(name)) throw violation(`${JSON.stringify(name)} is no event's name`);
}
