/** A type that is subscribed to, as it is announced. */
export interface Subscribed {
  readonly id: bigint;
  readonly name: string;
  readonly window: number;
}

/** The receiving side of one subscription: the window that was announced, and what is owed of it. */
export class Inflow {
  /** What the peer may still send. */
  private left: number;
  private arrived = 0;
  private taken = 0;
  private granted = 0;
  /** Events before the ack of this revision belong to an older subscription. */
  private staleUntil = 0;
  /** The revision that removed it. */
  private removedIn: number | undefined;
  /** The removal is acknowledged: nothing more is coming. */
  isOver = false;

  constructor(readonly type: Subscribed, staleUntil = 0) {
    this.left = type.window;
    this.staleUntil = staleUntil;
  }

  get isRemoved(): boolean {
    return this.removedIn !== undefined;
  }

  remove(revision: number): void {
    this.removedIn = revision;
  }

  acknowledge(revision: number): void {
    if (this.staleUntil <= revision) this.staleUntil = 0;
    this.isOver = this.removedIn !== undefined && this.removedIn <= revision;
  }

  /** Whether nothing is left of it: no event to come, none to settle, nothing to grant. */
  get isSpent(): boolean {
    return this.isOver && this.taken === this.arrived && this.taken === this.granted;
  }

  /** What becomes of an event that arrives. */
  arrive(cost: number): "deliver" | "unwanted" | "overdrawn" {
    if (this.isOver || this.staleUntil > 0) return "unwanted";
    if (this.type.window !== 0) {
      if (this.left <= 0) return "overdrawn";
      this.left -= cost;
    }
    this.arrived += cost;
    return "deliver";
  }

  /** A consumer took an event of this cost. */
  settle(cost: number): void {
    this.taken += cost;
  }

  /** Half the window is owed. */
  get isGrantUrgent(): boolean {
    return this.type.window > 0 && (this.taken - this.granted) * 2 >= this.type.window;
  }

  /** Something is owed, and the consumers have nothing left to take. */
  get isGrantDue(): boolean {
    return this.taken > this.granted && this.taken === this.arrived;
  }

  /** What to grant now; 0 if nothing, or if there is no window. */
  grant(): number {
    const owed = this.taken - this.granted;
    this.granted += owed;
    this.left += owed;
    return this.type.window === 0 ? 0 : owed;
  }
}
