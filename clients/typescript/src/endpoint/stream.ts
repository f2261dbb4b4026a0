import type { DescMessage } from "../events.js";
import type { Receipt, Received } from "./received.js";
import { Queue, letGo, type Queued, type Subscriber } from "./subscriber.js";

/**
 * Events to iterate over, from the call that made it on. Leaving the loop, or `return()`, ends the
 * subscription.
 */
export class EventStream<Input extends DescMessage, Output extends DescMessage = never>
  implements Subscriber<Input, Output>, AsyncIterableIterator<Received<Input, Output>>
{
  private readonly queue = new Queue<Queued<Input, Output>>();
  private readonly waiting: Waiting<Received<Input, Output>>[] = [];
  private isOver = false;
  private error: { reason: unknown } | undefined;

  /** @internal */
  constructor(
    private left: number,
    private readonly unsubscribe: () => void,
  ) {}

  /** @internal */
  take(received: Received<Input, Output>, receipt: Receipt | undefined): void {
    // Another subscriber may have ended this one while it took the same event.
    if (this.isOver) return letGo([received, receipt]);
    const next = this.waiting.shift();
    if (next === undefined) this.queue.push([received, receipt]);
    else next.resolve(this.deliver(received, receipt));
  }

  /** What came before is still handed over. @internal */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.unsubscribe();
    for (const { resolve } of this.waiting.splice(0)) resolve({ done: true, value: undefined });
  }

  /** @internal */
  abort(reason: unknown): void {
    if (this.isOver) return;
    const waiting = this.waiting.splice(0);
    if (waiting.length === 0) this.error = { reason };
    for (const { reject } of waiting) reject(reason);
    this.close();
  }

  next(): Promise<IteratorResult<Received<Input, Output>, undefined>> {
    const item = this.queue.shift();
    if (item !== undefined) return Promise.resolve(this.deliver(...item));
    const { error } = this;
    this.error = undefined;
    if (error !== undefined) return Promise.reject(error.reason as Error);
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Received<Input, Output>, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private deliver(
    received: Received<Input, Output>,
    receipt: Receipt | undefined,
  ): IteratorYieldResult<Received<Input, Output>> {
    receipt?.taken();
    this.left -= 1;
    if (this.left <= 0) this.close();
    return { done: false, value: received };
  }

  /** Lets go of what is left, so that its senders go on. */
  private close(): void {
    this.end();
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) letGo(item);
  }
}

interface Waiting<Item> {
  resolve(result: IteratorResult<Item, undefined>): void;
  reject(reason: unknown): void;
}
