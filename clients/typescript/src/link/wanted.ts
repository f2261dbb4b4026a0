import { typeId, violation, type FrameBody } from "../wire/frames.js";
import { Inflow, type Subscribed } from "./inflow.js";

/** So that a set stays far below the smallest frame limit, whatever the names. */
const TYPES_PER_FRAME = 200;

/** What this side subscribes to on one connection. */
export class Wanted {
  private readonly inflows = new Map<bigint, Inflow>();
  revision = 0;
  acknowledged = 0;
  private lastLow = 0;
  private lastHigh = 0;
  private last: Inflow | undefined;

  /** The whole set, as the frames of revision 1. */
  open(types: Subscribed[]): FrameBody[] {
    this.revision = 1;
    for (const type of types) this.inflows.set(type.id, new Inflow(type));
    const frames: FrameBody[] = [];
    do {
      const added = types.slice(0, TYPES_PER_FRAME);
      types = types.slice(TYPES_PER_FRAME);
      frames.push(this.change(added, [], types.length > 0));
    } while (types.length > 0);
    return frames;
  }

  /** Adds a type; undefined if it is in the set. */
  add(type: Subscribed): FrameBody | undefined {
    const old = this.inflows.get(type.id);
    if (old !== undefined && !old.isRemoved) return undefined;
    this.revision += 1;
    const isRenewed = old !== undefined && !old.isOver;
    this.put(type.id, new Inflow(type, isRenewed ? this.revision : 0));
    return this.change([type], []);
  }

  /** Removes a type, or all; undefined if nothing is left to remove. */
  remove(only?: bigint): FrameBody | undefined {
    const all = [...this.inflows.values()].filter((inflow) => !inflow.isRemoved);
    const removed = only === undefined ? all : all.filter((inflow) => inflow.type.id === only);
    if (removed.length === 0) return undefined;
    this.revision += 1;
    for (const inflow of removed) inflow.remove(this.revision);
    return this.change([], removed.map((inflow) => inflow.type.id));
  }

  acknowledge(revision: number): void {
    if (revision > this.revision) {
      throw violation(`acknowledged revision ${revision}, of which ${this.revision} is the last`);
    }
    this.acknowledged = Math.max(this.acknowledged, revision);
    for (const inflow of this.inflows.values()) {
      inflow.acknowledge(this.acknowledged);
      this.forgetIfSpent(inflow);
    }
  }

  /** The subscription of a type, by the halves of its ID: mostly that of the event before. */
  find(idLow: number, idHigh: number): Inflow | undefined {
    if (this.last !== undefined && this.lastLow === idLow && this.lastHigh === idHigh) return this.last;
    this.last = this.inflows.get(typeId(idLow, idHigh));
    this.lastLow = idLow;
    this.lastHigh = idHigh;
    return this.last;
  }

  /** Whether it was not removed and added again since: then nothing is owed of it any more. */
  isCurrent(inflow: Inflow): boolean {
    return this.inflows.get(inflow.type.id) === inflow;
  }

  forgetIfSpent(inflow: Inflow): void {
    if (inflow.isSpent && this.isCurrent(inflow)) this.put(inflow.type.id, undefined);
  }

  all(): Inflow[] {
    return [...this.inflows.values()];
  }

  private put(id: bigint, inflow: Inflow | undefined): void {
    if (inflow === undefined) this.inflows.delete(id);
    else this.inflows.set(id, inflow);
    this.last = undefined;
  }

  private change(types: Subscribed[], removed: bigint[], more = false): FrameBody {
    const added = types.map(({ id, name, window }) => ({ id, name, window: BigInt(window) }));
    return { case: "subscriptions", value: { revision: BigInt(this.revision), added, removed, more } };
  }
}
