/** An event that waits for room. */
export interface Waiting<T> {
  readonly item: T;
  /** Events given up on just before it. */
  missed: number;
  /** Tells whether it went out, or never will. */
  readonly done: (sent: boolean) => void;
}

/** The sending side of one subscription: its window, and who waits for it to widen. */
export class Outflow<T> {
  /** Below 0 after an event that overdrew the window. */
  private left: number;
  readonly waiting: Waiting<T>[] = [];
  /** A broadcast let its deadline pass here, and no room was made since. */
  stalled = false;
  /** Events given up on behind all that wait: the next one tells it. */
  missed = 0;
  private readonly sent = new SentRuns();

  /** @param window as the receiver announced it: 0 means that it set none */
  constructor(readonly window: number) {
    this.left = window;
  }

  get isOpen(): boolean {
    return this.window === 0 || this.left > 0;
  }

  /** Whether an event may go out now: nobody waits before it, and the window is open. */
  get isClear(): boolean {
    return this.waiting.length === 0 && this.isOpen;
  }

  takeMissed(): number {
    const { missed } = this;
    this.missed = 0;
    return missed;
  }

  /** Accounts for an event of this cost that goes out now. */
  spend(cost: number): void {
    this.stalled = false;
    if (this.window === 0) return;
    this.left -= cost;
    this.sent.push(cost);
  }

  wait(item: T, done: (sent: boolean) => void): Waiting<T> {
    const waiting = { item, missed: this.takeMissed(), done };
    this.waiting.push(waiting);
    return waiting;
  }

  /** Gives up on what waits; false if it went out before. */
  abandon(waiting: Waiting<T>): boolean {
    const at = this.waiting.indexOf(waiting);
    if (at < 0) return false;
    this.waiting.splice(at, 1);
    (this.waiting[at] ?? this).missed += waiting.missed + 1;
    return true;
  }

  /** Tells so many events with the next one that goes out. */
  missedBeforeNext(missed: number): void {
    (this.waiting[0] ?? this).missed += missed;
  }

  /** The receiver granted bytes back. A grant never widens a window beyond what was announced. */
  credit(bytes: number): void {
    this.left = Math.min(this.left + bytes, this.window);
    this.stalled = false;
    this.sent.confirm(bytes);
  }

  /** How many events went out that the receiver has not confirmed by granting them back. */
  get unconfirmed(): number {
    return this.sent.events;
  }

  end(): void {
    for (const { done } of this.waiting.splice(0)) done(false);
  }
}

/** Costs of events in the order in which they went out, of which many alike take one entry. */
class SentRuns {
  private runs: { cost: number; count: number }[] = [];
  private first = 0;
  private surplus = 0;
  events = 0;

  push(cost: number): void {
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && last.cost === cost) last.count += 1;
    else this.runs.push({ cost, count: 1 });
    this.events += 1;
  }

  confirm(bytes: number): void {
    this.surplus += bytes;
    for (let run = this.runs[this.first]; run !== undefined; run = this.runs[this.first]) {
      const confirmed = Math.min(run.count, Math.floor(this.surplus / run.cost));
      this.surplus -= confirmed * run.cost;
      this.events -= confirmed;
      run.count -= confirmed;
      if (run.count > 0) return;
      this.first += 1;
      if (this.first * 2 > this.runs.length) this.runs = this.runs.slice(this.first), this.first = 0;
    }
    this.surplus = 0;
  }
}
